#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/ingest/header_match.h"
#include "data/ingest/row_builder.h"
#include "geo/core/error.h"
#include "geo/shape/layer.h"
#include "geo/shape/points.h"

namespace gapmap {

/// Columns of the store that few rows fill. A chunk in which no row does has none of them: the store then writes nulls.
class Extras {
public:
    /// Coordinates and system as they were delivered, of the chunk's row `row`.
    void given(std::size_t row, const std::string& x, const std::string& y, const std::string& crs);
    void located_by(std::size_t row, std::string_view level) { put(3, row, level); }
    void stages(std::size_t row, std::string_view stages) { put(4, row, stages); }
    /// A polygon that was made valid: why it was not, and where (degrees).
    void repaired(std::size_t row, const std::string& reason, Point<Lonlat> where);
    /// Appends the columns that have a value to `table`, filled up to `rows`.
    void append_to(Table& table, std::size_t rows) const;

private:
    struct Entry {
        std::size_t row;
        std::string text;
    };
    void put(std::size_t column, std::size_t row, std::string_view text) { columns_[column].push_back({row, std::string(text)}); }
    std::vector<std::vector<Entry>> columns_ = std::vector<std::vector<Entry>>(8);
};

/// Which stages (visited, informed, committed) a row of visits stands for, where the file has columns that say so. With
/// list = "flags" a row stands for each stage marked yes; with a list's own name, for that one unless its column says no.
class Stages {
public:
    /// Throws InputError where list is "flags" and the file has none of the columns.
    Stages(const LedgerDef& ledger, const HeaderMatch& header, const std::string& list, const Place& place);
    [[nodiscard]] bool        said() const noexcept { return said_; }
    /// The stages in order, separated by a blank: "visited informed". Empty: none. A row whose cells are all empty stands for none.
    [[nodiscard]] std::string of(const TypedRow& row) const;

private:
    struct Flag {
        std::string_view stage;
        std::size_t      field;
    };
    std::vector<Flag> flags_;
    bool              said_ = false, by_list_ = false;
};

}  // namespace gapmap
