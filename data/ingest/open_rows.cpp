#include <filesystem>

#include "data/ingest/row_source.h"
#include "data/ingest/zip_rows.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

/// Errors about a file that was unpacked, or renamed for a driver, name the file that the user knows.
template <class Work>
auto said_of(const std::string& path, Work work) {
    try {
        return work();
    } catch (const InputError& error) {
        Place place = error.place();
        place.source = path;
        throw InputError(error.message(), place);
    }
}

/// Rows of a file that lies in a temporary folder for as long as it is read.
class UnpackedRows final : public RowSource {
public:
    UnpackedRows(std::string path, std::unique_ptr<TemporaryFolder> folder, std::unique_ptr<RowSource> rows)
        : path_(std::move(path)), folder_(std::move(folder)), rows_(std::move(rows)) {}
    bool next(RawRow& row) override {
        return said_of(path_, [&] { return rows_->next(row); });
    }
    [[nodiscard]] std::string            encoding() const override { return rows_->encoding(); }
    [[nodiscard]] std::string            sheet() const override { return rows_->sheet(); }
    [[nodiscard]] const Layer*           layer() const override { return rows_->layer(); }
    [[nodiscard]] std::vector<CellRange> merges() const override { return rows_->merges(); }
    [[nodiscard]] bool                   is_text() const override { return rows_->is_text(); }
    [[nodiscard]] bool                   has_cut_names() const override { return rows_->has_cut_names(); }
    [[nodiscard]] std::vector<Issue>     notes() const override { return rows_->notes(); }

private:
    std::string                      path_;
    std::unique_ptr<TemporaryFolder> folder_;  // before the rows: it must outlive them
    std::unique_ptr<RowSource>       rows_;
};

std::string driver_ending(FileKind kind) { return kind == FileKind::xls ? ".xls" : kind == FileKind::ods ? ".ods" : ""; }

/// GDAL's drivers for .xls and .ods go by the name's ending: a file of another name is lent one.
std::string with_driver_name(const std::string& path, FileKind kind, const TemporaryFolder& folder) {
    const std::filesystem::path link = folder.path() / ("workbook" + driver_ending(kind));
    std::filesystem::create_symlink(std::filesystem::absolute(path), link);
    return link.string();
}

bool needs_name(const std::string& path, FileKind kind) { return !path.ends_with(driver_ending(kind)); }

FileKind checked_kind(const MemberPath& path, const std::string& as_given) {
    if (!std::filesystem::exists(path.archive)) throw InputError("there is no such file; check the path in county.toml", {.source = as_given});
    if (std::filesystem::is_directory(path.archive)) throw InputError("is a folder; name the file in it", {.source = as_given});
    const FileKind kind = kind_of_file(path.archive);
    if (!path.member.empty() && kind != FileKind::zip) throw InputError("is no archive, so there is nothing in it to name", {.source = path.archive});
    return kind;
}

std::unique_ptr<RowSource> open_kind(const std::string& path, const SourceOptions& options, FileKind kind) {
    switch (kind) {
        case FileKind::xlsx: return open_workbook_rows(path, options.sheet);
        case FileKind::html: return open_html_rows(path, options);
        case FileKind::spreadsheetml: return open_xml_rows(path, options.sheet);
        case FileKind::layer: return open_layer_rows(path, options);
        case FileKind::xls:
        case FileKind::ods: return open_driver_rows(path, options.sheet, kind);
        case FileKind::zip: throw InputError("is an archive inside an archive; unpack it", {.source = path});
        case FileKind::text: break;
    }
    return open_text_rows(path, options.encoding);
}

std::vector<SheetInfo> sheets_of_kind(const std::string& path, const SourceOptions& options, FileKind kind) {
    switch (kind) {
        case FileKind::xlsx: return workbook_sheets(path);
        case FileKind::html: return html_sheets(path, options.encoding);
        case FileKind::spreadsheetml: return xml_sheets(path);
        case FileKind::xls:
        case FileKind::ods: return driver_sheets(path, kind);
        default: return {};
    }
}

}  // namespace

std::string container_of(const std::string& path) { return split_member(path).archive; }

std::unique_ptr<RowSource> open_rows(const std::string& path, const SourceOptions& options) {
    const MemberPath given = split_member(path);
    const FileKind   kind  = checked_kind(given, path);
    if (kind != FileKind::zip && !needs_name(path, kind)) return open_kind(path, options, kind);
    auto folder = std::make_unique<TemporaryFolder>();
    return said_of(path, [&]() -> std::unique_ptr<RowSource> {
        const std::string inner = kind == FileKind::zip ? unpack_member(given, *folder) : with_driver_name(path, kind, *folder);
        auto              rows  = open_kind(inner, options, kind_of_file(inner));
        return std::make_unique<UnpackedRows>(path, std::move(folder), std::move(rows));
    });
}

std::vector<SheetInfo> list_sheets(const std::string& path, const SourceOptions& options) {
    const MemberPath given = split_member(path);
    const FileKind   kind  = checked_kind(given, path);
    if (kind != FileKind::zip && !needs_name(path, kind)) return sheets_of_kind(path, options, kind);
    const TemporaryFolder folder;
    return said_of(path, [&] {
        const std::string inner = kind == FileKind::zip ? unpack_member(given, folder) : with_driver_name(path, kind, folder);
        return sheets_of_kind(inner, options, kind_of_file(inner));
    });
}

}  // namespace gapmap
