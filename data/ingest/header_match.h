#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/ledger_schema.h"

namespace gapmap {

/// Where the header stands and which column feeds which field.
struct HeaderMatch {
    std::size_t                             first_row = 0;  ///< index of the (first) header row among the rows given
    std::size_t                             rows      = 1;  ///< 1, or 2 where the header has two merged rows
    std::vector<std::optional<std::size_t>> columns;        ///< a column for each field of the ledger
    std::vector<std::string>                headers;        ///< header text of each column, as in the file
    std::vector<double>                     scale;          ///< per field: 10000 where the header says 万元, else 1
};

/// Finds the header among the first rows of a file: the row (or pair of merged rows) whose cells match the most fields.
/// `overrides` names the column of a field by its header (county.toml, `columns`).
/// Throws InputError (place = `source`, `sheet`) where a required field has no column, naming the headers that were seen,
/// and where two columns match one field, naming both.
[[nodiscard]] HeaderMatch match_header(const std::vector<std::vector<std::string>>& rows, const LedgerDef& ledger,
                                       const std::map<std::string, std::string>& overrides, const std::string& source,
                                       const std::string& sheet);

}  // namespace gapmap
