#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/ingest/import_source.h"
#include "data/ingest/row_builder.h"

namespace gapmap {

/// Whether the values of one row can be true together. What cannot is noted, not held back: the row may be right and its neighbour wrong.
/// Codes of the notes: part_exceeds_whole, ends_before_start, far_past, exceeds_loss, implausible_amount, codes_disagree, other_town, no_place.
class RowChecks {
public:
    /// `titles`: the sheet's name, the rows above the header and the file's name, in which one town may be named. All must outlive this.
    RowChecks(const SourceSpec& spec, const LedgerDef& ledger, const HeaderMatch& header, const ImportReference& reference, const std::vector<std::string>& titles);

    /// REQUIRES a row that was placed; `has_position`: it stands on a point of its own.
    void check(TypedRow& row, bool has_position);
    /// A title in the body may name another town: the one that the sheet began with holds no longer.
    void forget_town() noexcept { town_ = nullptr; }
    /// What is said once for the whole sheet.
    [[nodiscard]] std::vector<Issue> finish() const;

private:
    void check_parts(TypedRow& row) const;
    void check_days(TypedRow& row) const;
    void check_amounts(TypedRow& row) const;
    void check_units(TypedRow& row) const;
    void count_placeless(const TypedRow& row, bool has_position);
    [[nodiscard]] bool        has(const TypedRow& row, std::optional<std::size_t> field) const { return field && row.slots[*field].present; }
    [[nodiscard]] std::string header_of(std::size_t field) const;

    struct Pair {
        std::size_t part, whole;
    };
    const LedgerDef&           ledger_;
    const HeaderMatch&         header_;
    const ImportReference&     reference_;
    std::vector<Pair>          parts_, spans_;  ///< part and whole; end and start
    std::vector<std::size_t>   money_, units_, places_;
    std::optional<std::size_t> date_, loss_;
    std::optional<Day>         reference_day_;
    const UnitEntry*           town_        = nullptr;  ///< the one town that the sheet is about
    bool                       needs_place_ = false;
    std::uint64_t              placeless_ = 0, first_placeless_ = 0;
};

}  // namespace gapmap
