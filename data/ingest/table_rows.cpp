// Rows of an HTML table or a sheet of an XML Spreadsheet 2003, which are read as a whole.
#include <algorithm>

#include "data/ingest/row_source.h"
#include "data/ingest/text_decode.h"
#include "data/read/mapped_file.h"
#include "data/read/sheet_table.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

struct Page {
    std::vector<SheetTable> tables;
    std::string             encoding;
};

/// UTF-8 with letters of three bytes: no text in another encoding comes out so.
bool is_surely_utf8(std::string_view bytes) {
    return is_utf8(bytes) && std::ranges::any_of(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0xE0; });
}

/// A declared charset that the bytes contradict is not believed.
Page read_page(const std::string& path, const std::string& encoding) {
    const MappedFile  map(path);
    const std::string declared = encoding.empty() || encoding == "auto" ? html_charset(map.bytes()) : encoding;
    const bool        wrong    = declared == "UTF-8" ? !is_utf8(map.bytes()) : encoding != declared && is_surely_utf8(map.bytes());
    Spool             spool;
    const DecodedView view = decode_view(map.bytes(), wrong ? "auto" : declared, path, spool);
    return {read_html_tables(view.text, path), "HTML " + view.encoding};
}

std::vector<SheetInfo> infos(const std::vector<SheetTable>& tables) {
    std::vector<SheetInfo> out;
    for (const SheetTable& table : tables) out.push_back({table.name, table.hidden});
    return out;
}

class TableRows final : public RowSource {
public:
    TableRows(SheetTable table, std::string encoding) : table_(std::move(table)), encoding_(std::move(encoding)), fill_(table_.merges) {}
    bool next(RawRow& row) override {
        if (at_ >= table_.rows.size()) return false;
        SheetRow& found = table_.rows[at_++];
        fill_.fill(found);
        take_cells(found, row);
        return true;
    }
    [[nodiscard]] std::string            encoding() const override { return encoding_; }
    [[nodiscard]] std::string            sheet() const override { return table_.name; }
    [[nodiscard]] std::vector<CellRange> merges() const override { return table_.merges; }

private:
    SheetTable  table_;
    std::string encoding_;
    MergeFill   fill_;
    std::size_t at_ = 0;
};

std::unique_ptr<RowSource> open_one(std::vector<SheetTable> tables, const std::string& sheet, const std::string& path, std::string encoding) {
    if (tables.empty()) throw InputError("holds no table; export it again as .xlsx or .csv", {.source = path});
    const std::size_t i = choose_sheet(infos(tables), sheet, path);
    return std::make_unique<TableRows>(std::move(tables[i]), std::move(encoding));
}

}  // namespace

std::unique_ptr<RowSource> open_html_rows(const std::string& path, const SourceOptions& options) {
    Page page = read_page(path, options.encoding);
    return open_one(std::move(page.tables), options.sheet, path, page.encoding);
}

std::unique_ptr<RowSource> open_xml_rows(const std::string& path, const std::string& sheet) {
    return open_one(read_xml_spreadsheet(MappedFile(path).bytes(), path), sheet, path, to_string(FileKind::spreadsheetml));
}

std::vector<SheetInfo> html_sheets(const std::string& path, const std::string& encoding) { return infos(read_page(path, encoding).tables); }
std::vector<SheetInfo> xml_sheets(const std::string& path) { return infos(read_xml_spreadsheet(MappedFile(path).bytes(), path)); }

}  // namespace gapmap
