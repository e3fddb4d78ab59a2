#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/read/cell_range.h"
#include "data/store/store.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// One row of a file, before anything is understood. Views live until the next call of next().
struct RawRow {
    std::uint64_t                 number = 0;  ///< 1-based, as the user sees it in the file
    std::vector<std::string_view> cells;
    bool                          stray_quote = false;  ///< text files: a quotation mark that nothing closes; its cell is as it stands
    std::vector<CellOrigin>       origins{};            ///< of each cell; empty: texts
    std::vector<std::size_t>      filled{};             ///< columns whose value stands in a merged cell that begins above

    [[nodiscard]] CellOrigin origin(std::size_t column) const noexcept { return column < origins.size() ? origins[column] : CellOrigin::text; }
};

/// A sheet's row as the cells of a raw one; views into `from`.
void take_cells(const SheetRow& from, RawRow& row);

/// Rows of an office file, one after the other.
class RowSource {
public:
    virtual ~RowSource() = default;
    /// False at the end.
    virtual bool next(RawRow& row) = 0;
    /// What the file turned out to be: encoding, or the driver.
    [[nodiscard]] virtual std::string encoding() const = 0;
    /// The sheet or layer that is read; empty for text files.
    [[nodiscard]] virtual std::string sheet() const { return {}; }
    /// Where the source is a GIS layer: its geometry in its own CRS (rows in order), its header is the first row.
    [[nodiscard]] virtual const Layer* layer() const { return nullptr; }
    /// Merged cells of the whole sheet, known before the first row. Body rows come with the value filled down already.
    [[nodiscard]] virtual std::vector<CellRange> merges() const { return {}; }
    /// True where each line must have as many cells as the header (text files): more of them are a slip.
    [[nodiscard]] virtual bool is_text() const { return false; }
    /// True where field names are at most 10 bytes long (Shapefiles): a name that is cut is matched by its start.
    [[nodiscard]] virtual bool has_cut_names() const { return false; }
    /// Days that stand as plain serial numbers count from 1904.
    [[nodiscard]] virtual bool counts_from_1904() const { return false; }
    /// What a person should know about the rows read so far as a whole.
    [[nodiscard]] virtual std::vector<Issue> notes() const { return {}; }
};

struct SourceOptions {
    std::string sheet;     ///< worksheet, table or layer; empty: the first visible one
    std::string encoding;  ///< text files, HTML and Shapefiles; empty or "auto": found out
};

struct SheetInfo {
    std::string name;
    bool        hidden = false;
    bool        operator==(const SheetInfo&) const = default;
};

enum class FileKind { text, xlsx, xls, ods, html, spreadsheetml, layer, zip };

/// What a file is, by its content; the name decides only between text and what looks like text.
/// Throws InputError for what is not read, with what to do: locked and encrypted workbooks, .et, documents, pictures, packed files.
[[nodiscard]] FileKind kind_of_file(const std::string& path);
/// The name of a kind in messages: "XLSX", "XLS", "HTML", "text", ...
[[nodiscard]] std::string to_string(FileKind kind);

/// The file on disk behind a source's path: "a.zip" for "a.zip/inner.shp", else the path itself.
[[nodiscard]] std::string container_of(const std::string& path);

/// Opens a file by its content: text, XLSX, XLS, ODS, an HTML table, XML Spreadsheet 2003, a GIS layer; or a member of a zip archive
/// (`a.zip/inner.csv`; `a.zip` alone where only one member can be read).
/// Throws InputError for a missing file, an unknown kind, a missing sheet (naming those there are), a damaged file.
[[nodiscard]] std::unique_ptr<RowSource> open_rows(const std::string& path, const SourceOptions& options);
/// The sheets of a workbook or the tables of an HTML page, in order; empty for kinds that have none.
[[nodiscard]] std::vector<SheetInfo> list_sheets(const std::string& path, const SourceOptions& options);

std::unique_ptr<RowSource> open_text_rows(const std::string& path, const std::string& encoding);
std::unique_ptr<RowSource> open_workbook_rows(const std::string& path, const std::string& sheet);
std::unique_ptr<RowSource> open_driver_rows(const std::string& path, const std::string& sheet, FileKind kind);
std::unique_ptr<RowSource> open_html_rows(const std::string& path, const SourceOptions& options);
std::unique_ptr<RowSource> open_xml_rows(const std::string& path, const std::string& sheet);
std::unique_ptr<RowSource> open_layer_rows(const std::string& path, const SourceOptions& options);

std::vector<SheetInfo> workbook_sheets(const std::string& path);
std::vector<SheetInfo> driver_sheets(const std::string& path, FileKind kind);
std::vector<SheetInfo> html_sheets(const std::string& path, const std::string& encoding);
std::vector<SheetInfo> xml_sheets(const std::string& path);

/// The sheet called `wanted`, or the first visible one where nothing is wanted.
/// Throws InputError naming the sheets there are.
[[nodiscard]] std::size_t choose_sheet(const std::vector<SheetInfo>& sheets, const std::string& wanted, const std::string& source);

}  // namespace gapmap
