#include "data/gdal_scope.h"

#include <cpl_error.h>
#include <gdal.h>

#include <mutex>

namespace gapmap {

void GdalScope::on_message(int severity, const char* text, void* self) noexcept {
    auto& scope = *static_cast<GdalScope*>(self);
    const bool failure = severity >= CE_Failure;
    if (scope.failed_ || (severity < CE_Warning)) return;
    scope.failed_ = failure;
    try {
        scope.text_ = text;
    } catch (...) {  // no memory for the text: the flag alone must do, nothing may be thrown through GDAL
        scope.text_.clear();
    }
}

struct GdalScopeAccess {
    static void message(CPLErr severity, CPLErrorNum, const char* text) {
        GdalScope::on_message(static_cast<int>(severity), text, CPLGetErrorHandlerUserData());
    }
};

GdalScope::GdalScope() {
    static std::once_flag once;
    std::call_once(once, [] { GDALAllRegister(); });
    CPLPushErrorHandlerEx(&GdalScopeAccess::message, this);
}

GdalScope::~GdalScope() { CPLPopErrorHandler(); }

void GdalScope::clear() noexcept {
    text_.clear();
    failed_ = false;
}

}  // namespace gapmap
