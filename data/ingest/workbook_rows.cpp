// Rows of an XLSX sheet through GDAL, headers disabled: offices put titles above the header, and GDAL's guess would take
// a title for it. Every cell comes as text; real dates come as 2022/08/03.
#include <cpl_conv.h>
#include <cpl_error.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <filesystem>

#include "data/gdal_scope.h"
#include "data/ingest/row_source.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

struct CloseWorkbook {
    void operator()(GDALDataset* dataset) const noexcept { GDALClose(GDALDataset::ToHandle(dataset)); }
};

/// GDAL reads these settings when it opens a workbook; they are thread-local, and restored.
class WorkbookSettings {
public:
    WorkbookSettings() {
        CPLSetThreadLocalConfigOption("OGR_XLSX_HEADERS", "DISABLE");
        CPLSetThreadLocalConfigOption("OGR_XLSX_FIELD_TYPES", "STRING");
    }
    ~WorkbookSettings() {
        CPLSetThreadLocalConfigOption("OGR_XLSX_HEADERS", nullptr);
        CPLSetThreadLocalConfigOption("OGR_XLSX_FIELD_TYPES", nullptr);
    }
    WorkbookSettings(const WorkbookSettings&)            = delete;
    WorkbookSettings& operator=(const WorkbookSettings&) = delete;
};

std::string sheet_names(GDALDataset& dataset) {
    std::string names;
    for (OGRLayer* layer : dataset.GetLayers()) names += (names.empty() ? "" : ", ") + std::string(layer->GetName());
    return names;
}

class WorkbookRows final : public RowSource {
public:
    WorkbookRows(const std::string& path, const std::string& sheet) {
        const WorkbookSettings settings;
        const GdalScope        messages;
        const char* const      drivers[] = {"XLSX", nullptr};
        dataset_.reset(GDALDataset::FromHandle(GDALOpenEx(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, nullptr, nullptr)));
        if (!dataset_) throw InputError("is damaged or not a workbook; open it in a spreadsheet program and save it again as .xlsx", {.source = path});
        layer_ = sheet.empty() ? dataset_->GetLayer(0) : dataset_->GetLayerByName(sheet.c_str());
        if (layer_ == nullptr) {
            throw InputError(sheet.empty() ? std::string("the workbook has no sheet")
                                           : fmt::format("there is no sheet '{}'; there are: {}", sheet, sheet_names(*dataset_)),
                             {.source = path});
        }
        layer_->ResetReading();
        if (messages.failed()) throw InputError("is damaged: " + messages.text() + "; open it in a spreadsheet program and save it again", {.source = path});
    }

    bool next(RawRow& row) override {
        feature_.reset(layer_->GetNextFeature());
        row.cells.clear();
        if (!feature_) return false;
        row.number      = static_cast<std::uint64_t>(feature_->GetFID());
        const int count = feature_->GetFieldCount();
        for (int i = 0; i < count; ++i) {
            // Strings only: GetFieldAsString would share one buffer between calls for other types.
            row.cells.emplace_back(feature_->IsFieldSetAndNotNull(i) ? feature_->GetFieldAsString(i) : "");
        }
        return true;
    }
    [[nodiscard]] std::string encoding() const override { return "XLSX"; }
    [[nodiscard]] std::string sheet() const override { return layer_->GetName(); }

private:
    std::unique_ptr<GDALDataset, CloseWorkbook> dataset_;
    OGRLayer*                   layer_ = nullptr;
    std::unique_ptr<OGRFeature> feature_;
};

}  // namespace

std::unique_ptr<RowSource> open_workbook_rows(const std::string& path, const std::string& sheet) {
    return std::make_unique<WorkbookRows>(path, sheet);
}

}  // namespace gapmap
