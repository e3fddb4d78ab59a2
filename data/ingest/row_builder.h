#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/ingest/cell_parse.h"
#include "data/ingest/header_match.h"
#include "data/ingest/ledger_schema.h"
#include "data/ingest/row_source.h"
#include "data/store/store.h"

namespace gapmap {

/// One understood row: a slot a field of the ledger.
struct TypedRow {
    struct Slot {
        bool         present = false;
        std::string  text;
        double       number = 0;
        std::int64_t integer = 0;  ///< longitude, latitude: digits behind the decimal point (-1: not written as decimal degrees)
    };
    std::uint64_t      number = 0;
    std::vector<Slot>  slots;
    std::vector<Issue> issues;
    bool               held_back = false;
    bool               repaired  = false;

    void hold(std::string field, std::string code, std::string zh, std::string en);
    void repair(std::string field, std::string code, std::string zh, std::string en);
    /// Something to know about a row that is taken as it is.
    void note(std::string field, std::string code, std::string zh, std::string en);
};

/// Turns raw cells into typed slots by the header. Reused for every row, so that strings keep their memory. Remembers the row
/// above, for "as above" marks.
class RowBuilder {
public:
    RowBuilder(const LedgerDef& ledger, HeaderMatch header, const DateRules& dates = {});
    /// False for a blank row: nothing was written there.
    bool build(const RawRow& raw, TypedRow& row);
    [[nodiscard]] const HeaderMatch& header() const noexcept { return header_; }

private:
    void read_cell(std::size_t field, std::string_view cell, TypedRow& row);
    void read_odd_cell(std::size_t field, std::string_view cell, TypedRow& row);
    void convert(std::size_t field, const std::string& text, TypedRow& row);
    void check_dates_in_texts(TypedRow& row);
    void convert_code(std::size_t field, const std::string& text, TypedRow& row) const;
    void convert_date(std::size_t field, const std::string& text, TypedRow& row) const;
    void convert_degrees(std::size_t field, const std::string& text, TypedRow& row) const;
    void convert_position(std::size_t field, const std::string& text, TypedRow& row) const;
    void require(TypedRow& row) const;
    [[nodiscard]] const std::string& header_of(std::size_t field) const { return header_.headers[*header_.columns[field]]; }

    const LedgerDef&           ledger_;
    HeaderMatch                header_;
    std::vector<DateRules>     dates_;  ///< a field
    std::vector<std::string>   above_;  ///< a field: the cell of the row above, folded
    std::vector<std::vector<std::size_t>> stand_ins_;  ///< a field: those that may stand in for it
    std::optional<std::size_t> lon_, lat_, household_;
    CellOrigin                 origin_ = CellOrigin::text;  ///< of the cell that is being read
    std::vector<bool>          is_day_;                     ///< a text field: this row's value is a day
    std::optional<std::size_t> time_;   ///< where the file has no column for it: a date cell may hold it
};

}  // namespace gapmap
