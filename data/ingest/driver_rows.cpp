// Rows of an .xls or .ods sheet through GDAL, headers disabled: offices put titles above the header, and GDAL's guess would take
// a title for it. Every cell comes as text. The drivers know neither merged cells nor hidden
// sheets; of .xls they are read beside it.
#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <algorithm>

#include "data/gdal_scope.h"
#include "data/ingest/row_source.h"
#include "data/read/mapped_file.h"
#include "data/read/xls_layout.h"
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
        if (kind == FileKind::xls) layout_ = read_xls_layout(MappedFile(path).bytes());
        if (layout_.locked) throw InputError("is a workbook that is locked with a password; open it, remove the password and save it as .xlsx", {.source = path});
        const WorkbookSettings settings;
        const GdalScope        messages;
        const char* const driver[] = {kind == FileKind::xls ? "XLS" : "ODS", nullptr};
        dataset_.reset(GDALDataset::FromHandle(GDALOpenEx(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, driver, nullptr, nullptr)));
        if (!dataset_) throw InputError("is damaged or not a workbook; open it in a spreadsheet program and save it again as .xlsx", {.source = path});
    }
    [[nodiscard]] std::vector<SheetInfo> sheets() {
        std::vector<SheetInfo> found;
        for (OGRLayer* layer : dataset_->GetLayers()) found.push_back({layer->GetName(), layout_of(layer->GetName()) != nullptr && layout_of(layer->GetName())->hidden});
        return found;
    }
    void choose(const std::string& sheet) {
        const WorkbookSettings settings;
        const GdalScope        messages;
        layer_ = dataset_->GetLayer(static_cast<int>(choose_sheet(sheets(), sheet, path_)));
        layer_->ResetReading();
        if (const XlsSheetLayout* known = layout_of(layer_->GetName())) fill_ = MergeFill(known->merges);
        if (messages.failed()) throw InputError("is damaged: " + messages.text() + "; open it in a spreadsheet program and save it again as .xlsx", {.source = path_});
    }

    bool next(RawRow& row) override {
        const WorkbookSettings settings;
        feature_.reset(layer_->GetNextFeature());
        row.cells.clear();
        if (!feature_) return false;
        current_.clear(static_cast<std::uint64_t>(feature_->GetFID()));
        const int count = feature_->GetFieldCount();
        for (int i = 0; i < count; ++i) {
            // Strings only: GetFieldAsString would share one buffer between calls for other types.
            if (feature_->IsFieldSetAndNotNull(i)) current_.set(static_cast<std::size_t>(i), feature_->GetFieldAsString(i), CellOrigin::untold);
        }
        fill_.fill(current_);
        take_cells(current_, row);
        return true;
    }
    [[nodiscard]] std::string encoding() const override { return to_string(kind_); }
    [[nodiscard]] std::string sheet() const override { return layer_->GetName(); }
    [[nodiscard]] std::vector<CellRange> merges() const override { return fill_.ranges(); }

private:
    [[nodiscard]] const XlsSheetLayout* layout_of(std::string_view name) const {
        const auto found = std::ranges::find(layout_.sheets, name, &XlsSheetLayout::name);
        return found == layout_.sheets.end() ? nullptr : &*found;
    }

    XlsLayout                                   layout_;
    MergeFill                                   fill_;
    SheetRow                                    current_;
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
