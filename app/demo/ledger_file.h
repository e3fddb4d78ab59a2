#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/demo/records.h"
#include "data/write/text_encoding.h"
#include "render/workbook.h"

namespace gapmap::demo {

/// Something a ledger does that clean data would not, so that the importer's answer can be counted.
struct Quirk {
    std::string   file, sheet;
    std::uint64_t row = 0;  ///< 1-based, as the user sees it in the file; 0: all over the file
    std::string   field, what, fate;  ///< fate: "repaired", "held_back" or "accepted"
};

/// What was written: the file list and the planted quirks.
struct Journal {
    struct File {
        std::string   path;  ///< below the project folder
        std::uint64_t rows = 0;  ///< data rows, quirks included, headers not
    };
    std::filesystem::path folder;
    std::vector<File>     files;
    std::vector<Quirk>    quirks;
};

/// One county's data as the writers see it.
struct County {
    std::size_t       k = 0;
    const Ground&     ground;
    const People&     people;
    const VisitLists& visits;
    const Records&    records;

    [[nodiscard]] std::string   code(const std::string& code_in_0) const { return code_in_county(code_in_0, k); }
    /// A running number's prefix, so that codes stay distinct over counties.
    [[nodiscard]] std::string   tagged(const std::string& record_code) const;
    [[nodiscard]] Point<Lonlat> shifted(Point<Lonlat> p) const noexcept { return {p.x + county_shift_deg * static_cast<double>(k), p.y}; }
};

/// A ledger as delimited text, written row by row.
class TextLedger {
public:
    TextLedger(Journal& journal, std::string path, TextEncoding encoding, char separator);
    /// Returns the row number as the user sees it.
    std::uint64_t add(const WorkbookRow& row);
    void          note(std::uint64_t row, std::string field, std::string what, std::string fate);
    void          finish();

private:
    Journal*       journal_;
    std::string    path_, line_;
    char           separator_;
    std::uint64_t  rows_ = 0;
    TextFileWriter out_;
};

/// A ledger as one sheet of a workbook, kept until the workbook is written.
class SheetLedger {
public:
    SheetLedger(Journal& journal, std::string path, std::string sheet) : journal_(&journal), path_(std::move(path)) { sheet_.name = std::move(sheet); }
    std::uint64_t add(WorkbookRow row);
    void          add_header(WorkbookRow row);
    void          merge(MergedRange range) { sheet_.merges.push_back(range); }
    void          note(std::uint64_t row, std::string field, std::string what, std::string fate);
    [[nodiscard]] const WorkbookSheet& sheet() const noexcept { return sheet_; }
    [[nodiscard]] std::uint64_t        data_rows() const noexcept { return sheet_.rows.size() - sheet_.header_rows; }

private:
    Journal*      journal_;
    std::string   path_;
    WorkbookSheet sheet_{.name = "", .rows = {}, .header_rows = 0};
};

void write_workbook(Journal& journal, const std::string& path, const std::vector<const SheetLedger*>& sheets);

// How the offices write things.
[[nodiscard]] std::string slash_date(Day day);    ///< 2022/8/3
[[nodiscard]] std::string dot_date(Day day);      ///< 2022.8.3
[[nodiscard]] std::string chinese_date(Day day);  ///< 2022年8月3日
[[nodiscard]] std::string full_width(std::string_view ascii);  ///< "５６００"
[[nodiscard]] std::string degrees_text(double degrees);        ///< six decimals
[[nodiscard]] std::string time_text(unsigned minute);          ///< 08:31

}  // namespace gapmap::demo
