#include "data/gdal_session.h"

#include <cpl_error.h>
#include <gdal_priv.h>

#include <mutex>
#include <vector>

namespace gapmap {
namespace {
void CPL_STDCALL collect(CPLErr severity, CPLErrorNum, const char* message) {
    if (auto* errors = static_cast<GdalErrors*>(CPLGetErrorHandlerUserData())) errors->note(static_cast<int>(severity), message);
}
}  // namespace

void CloseDataset::operator()(GDALDataset* dataset) const noexcept { GDALClose(GDALDataset::ToHandle(dataset)); }

void ensure_gdal() {
    static std::once_flag once;
    std::call_once(once, [] { GDALAllRegister(); });
}

DatasetHandle open_dataset(const std::string& path, unsigned flags, std::initializer_list<const char*> drivers, const char* const* open_options) {
    ensure_gdal();
    std::vector<const char*> names(drivers);
    names.push_back(nullptr);
    return DatasetHandle(GDALDataset::FromHandle(GDALOpenEx(path.c_str(), flags, drivers.size() == 0 ? nullptr : names.data(), open_options, nullptr)));
}

GdalErrors::GdalErrors() { CPLPushErrorHandlerEx(collect, this); }
GdalErrors::~GdalErrors() { CPLPopErrorHandler(); }

void GdalErrors::note(int severity, const char* message) {
    if (severity >= CE_Failure) failed_ = true;
    if (severity < CE_Warning) return;
    if (severity >= CE_Failure || text_.empty()) text_ = message;
}

}  // namespace gapmap
