#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "data/ingest/header_match.h"
#include "data/ingest/ledger_schema.h"
#include "data/ingest/row_builder.h"
#include "data/ingest/row_source.h"

namespace gapmap {

enum class RowKind {
    record,
    total,
    subtotal,
    aside,        ///< 其中, 平均, 同期: figures beside the sums, which sum up no rows
    header,
    footer,
    title,        ///< the title of a section: 崔木镇走访清单
    other_table,  ///< the title or header of another list: what follows is not of this one
};

/// Tells records from what else stands in a sheet below its header: sums, the header again (page breaks), signatures and notes.
class RowSorter {
public:
    /// `head` are the rows from the top of the sheet to the end of the header.
    /// `list` tells a title of the same list from one of another (visits).
    RowSorter(const LedgerDef& ledger, const HeaderMatch& header, const std::vector<std::vector<std::string>>& head, const std::string& list);
    [[nodiscard]] RowKind kind_of(const RawRow& row) const;

private:
    [[nodiscard]] bool lacks_required(const RawRow& row, std::size_t besides) const;
    [[nodiscard]] bool is_only_required(std::size_t column) const;
    [[nodiscard]] RowKind header_kind(const RawRow& row, std::size_t first) const;
    [[nodiscard]] RowKind title_kind(std::string_view cell) const;
    [[nodiscard]] bool repeats_head(const RawRow& row, std::size_t first) const;

    std::unordered_map<std::string, std::vector<std::size_t>> names_;  ///< headers as they are compared, with the fields that they may mean
    std::unordered_set<std::string>                           foreign_names_;  ///< headers of the other ledgers
    std::vector<std::optional<std::size_t>>                   columns_;  ///< a column for each field
    std::vector<std::size_t>              required_;  ///< columns of the required fields
    std::vector<std::string>              other_lists_;  ///< words of the lists that this is not
    std::vector<std::vector<std::string>> head_;      ///< as they are compared; blank rows left out
};

/// Compares rows of sums with the rows that they sum up: a 小计 with those since the last 小计, any other with all of them, or with
/// those since the last one. A row of sums above all records is compared at the end.
class TotalCheck {
public:
    TotalCheck(const LedgerDef& ledger, const HeaderMatch& header);
    void                             add(const RawRow& raw, const TypedRow& row);
    [[nodiscard]] std::vector<Issue> compare(const RawRow& raw, RowKind kind);
    [[nodiscard]] std::vector<Issue> finish();

private:
    struct Sum {
        std::size_t field = 0, column = 0;
        double      all = 0, part = 0;
    };
    [[nodiscard]] std::optional<double> stated(const Sum& sum, const RawRow& raw) const;
    [[nodiscard]] Issue                 mismatch(const Sum& sum, std::uint64_t row, double stated, double found) const;

    const LedgerDef&                    ledger_;
    HeaderMatch                         header_;
    std::vector<Sum>                    sums_;
    std::uint64_t                       records_ = 0, first_total_ = 0;
    std::vector<std::optional<double>>  first_;  ///< what a row of sums above all records states, per sum
};

}  // namespace gapmap
