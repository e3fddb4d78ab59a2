// Rows of an .xls or .ods sheet through GDAL, headers disabled: offices put titles above the header, and GDAL's guess would take
// a title for it. Every cell comes as text. These drivers know neither merged cells nor hidden sheets.
#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include "data/gdal_scope.h"
#include "data/ingest/row_source.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

struct CloseWorkbook {
    void operator()(GDALDataset* dataset) const noexcept { GDALClose(GDALDataset::ToHandle(dataset)); }
};

/// GDAL reads these settings when it opens a workbook; they are thread-local, and removed again.
class WorkbookSettings {
public:
    WorkbookSettings() { set("DISABLE", "STRING"); }
    ~WorkbookSettings() { set(nullptr, nullptr); }
    WorkbookSettings(const WorkbookSettings&)            = delete;
    WorkbookSettings& operator=(const WorkbookSettings&) = delete;

private:
    static void set(const char* headers, const char* types) {
        for (const char* name : {"OGR_XLS_HEADERS", "OGR_ODS_HEADERS"}) CPLSetThreadLocalConfigOption(name, headers);
        for (const char* name : {"OGR_XLS_FIELD_TYPES", "OGR_ODS_FIELD_TYPES"}) CPLSetThreadLocalConfigOption(name, types);
    }
};

class DriverRows final : public RowSource {
public:
    DriverRows(const std::string& path, FileKind kind) : path_(path), kind_(kind) {
        const WorkbookSettings settings;
        const GdalScope   messages;
        const char* const driver[] = {kind == FileKind::xls ? "XLS" : "ODS", nullptr};
        dataset_.reset(GDALDataset::FromHandle(GDALOpenEx(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, driver, nullptr, nullptr)));
        if (!dataset_) throw InputError("is damaged or not a workbook; open it in a spreadsheet program and save it again as .xlsx", {.source = path});
    }
    [[nodiscard]] std::vector<SheetInfo> sheets() {
        std::vector<SheetInfo> found;
        for (OGRLayer* layer : dataset_->GetLayers()) found.push_back({layer->GetName()});
        return found;
    }
    void choose(const std::string& sheet) {
        const WorkbookSettings settings;
        const GdalScope        messages;
        layer_ = dataset_->GetLayer(static_cast<int>(choose_sheet(sheets(), sheet, path_)));
        layer_->ResetReading();
        if (messages.failed()) throw InputError("is damaged: " + messages.text() + "; open it in a spreadsheet program and save it again as .xlsx", {.source = path_});
    }

    bool next(RawRow& row) override {
        const WorkbookSettings settings;
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
    [[nodiscard]] std::string encoding() const override { return to_string(kind_); }
    [[nodiscard]] std::string sheet() const override { return layer_->GetName(); }

private:
    std::string                                 path_;
    FileKind                                    kind_;
    std::unique_ptr<GDALDataset, CloseWorkbook> dataset_;
    OGRLayer*                                   layer_ = nullptr;
    std::unique_ptr<OGRFeature>                 feature_;
};

}  // namespace

std::unique_ptr<RowSource> open_driver_rows(const std::string& path, const std::string& sheet, FileKind kind) {
    auto rows = std::make_unique<DriverRows>(path, kind);
    rows->choose(sheet);
    return rows;
}

std::vector<SheetInfo> driver_sheets(const std::string& path, FileKind kind) { return DriverRows(path, kind).sheets(); }

}  // namespace gapmap
