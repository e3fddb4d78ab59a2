#include "data/ingest/read_head.h"

#include "data/ingest/sheet_plan.h"

namespace gapmap {
namespace {

constexpr std::size_t searched_rows = 15;

}  // namespace

Head read_head(RowSource& rows) {
    Head   head;
    RawRow raw;
    while (head.rows.size() < searched_rows && rows.next(raw)) {
        head.numbers.push_back(raw.number);
        head.rows.emplace_back(raw.cells.begin(), raw.cells.end());
        head.stray_quotes.push_back(raw.stray_quote);
    }
    return head;
}

HeaderMatch find_header(const SourceSpec& spec, const RowSource& rows, const Head& head) {
    HeaderHints hints{{}, head.numbers, preferred_groups(spec), rows.has_cut_names()};
    for (const CellRange& merge : rows.merges()) {
        if (!head.numbers.empty() && merge.first_row <= head.numbers.back()) hints.merges.push_back(merge);
    }
    return match_header(head.rows, ledger_definition(spec.ledger), spec.columns, spec.path, rows.sheet(), hints);
}

}  // namespace gapmap
