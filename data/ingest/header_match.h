#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/ledger_schema.h"
#include "data/read/cell_range.h"
#include "geo/core/error.h"

namespace gapmap {

/// Why a column feeds a field.
enum class MatchReason { none, prefix, alias, template_name, override_name };

/// Where the header stands and which column feeds which field.
struct HeaderMatch {
    std::size_t                             first_row = 0;  ///< index of the (first) header row among the rows given
    std::size_t                             rows      = 1;  ///< 1, or 2 or 3 where the header has merged rows
    std::vector<std::optional<std::size_t>> columns;        ///< a column for each field of the ledger
    std::vector<MatchReason>                reasons;        ///< and why
    std::vector<std::string>                headers;        ///< header text of each column; of merged rows the one that matched, else all in one
    std::vector<double>                     scale;          ///< per field: 10000 where the header says 万元, else 1
};

/// What is known of the rows besides their texts.
struct HeaderHints {
    std::vector<CellRange>     merges;         ///< merged cells; a title or group stands over all its columns
    std::vector<std::uint64_t> numbers;        ///< row number in the file of each row given; empty: 1, 2, 3, ...
    std::vector<std::string>   prefer;         ///< of two columns that match alike the one under such a word is meant (走访, 告知, 承诺)
    bool                       cut_names = false;  ///< names of 9 or 10 bytes may be cut: the start of one field's name is enough
};

/// The file as a whole has no header for this ledger: another sheet may have one.
class NoHeader : public InputError {
public:
    using InputError::InputError;
};

/// Finds the header among the first rows of a file: the row (or up to three merged rows) whose cells match the most fields.
/// Under a group header (告知 over 日期 and 人数) a column is called both 告知日期 and 日期; the longer name is the stronger claim.
/// `overrides` names the column of a field by its header (county.toml, `columns`).
/// Throws NoHeader (place = `source`, `sheet`) where a required field has no column, naming the headers that were seen,
/// and InputError where two columns match one field, naming both.
[[nodiscard]] HeaderMatch match_header(const std::vector<std::vector<std::string>>& rows, const LedgerDef& ledger,
                                       const std::map<std::string, std::string>& overrides, const std::string& source,
                                       const std::string& sheet, const HeaderHints& hints = {});

}  // namespace gapmap
