#pragma once
#include <vector>

#include "data/ingest/header_match.h"
#include "data/ingest/ledger_schema.h"
#include "data/ingest/row_source.h"
#include "data/store/store.h"

namespace gapmap {

/// What a merged cell of the body says about the rows below its first. A code, a name or a day holds for all of them. An amount or a
/// count is one figure for all of them together: it stays in the first row, else it would be counted once a row.
class MergedCells {
public:
    MergedCells(const LedgerDef& ledger, const HeaderMatch& header);
    /// Empties the amounts that were filled down. REQUIRES that every row below the header passes by once.
    void settle(RawRow& raw);
    /// One note a column, at the first row that it is about.
    [[nodiscard]] std::vector<Issue> finish() const;

private:
    struct Tally {
        std::size_t   column = 0;
        bool          is_amount = false;
        std::uint64_t rows = 0, first = 0;
    };
    HeaderMatch        header_;
    std::vector<Tally> tallies_;  ///< one a column that feeds a field
};

}  // namespace gapmap
