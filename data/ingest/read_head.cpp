#include "data/ingest/read_head.h"

#include "data/ingest/header_extras.h"
#include "data/ingest/sheet_plan.h"
#include "data/ingest/summary_sheet.h"

namespace gapmap {
namespace {

constexpr std::size_t searched_rows = 30;

}  // namespace

void Head::raw(std::size_t i, RawRow& row) const {
    row.number      = numbers[i];
    row.stray_quote = stray_quotes[i];
    row.origins     = origins[i];
    row.filled      = filled[i];
    row.cells.assign(rows[i].begin(), rows[i].end());
}

Head read_head(RowSource& rows) {
    Head   head;
    RawRow raw;
    while (head.rows.size() < searched_rows && rows.next(raw)) {
        head.numbers.push_back(raw.number);
        head.rows.emplace_back(raw.cells.begin(), raw.cells.end());
        head.stray_quotes.push_back(raw.stray_quote);
        head.origins.push_back(raw.origins);
        head.filled.push_back(raw.filled);
    }
    return head;
}

HeaderMatch find_header(const SourceSpec& spec, const RowSource& rows, const Head& head) {
    HeaderHints hints{{}, head.numbers, preferred_groups(spec), rows.has_cut_names()};
    for (const CellRange& merge : rows.merges()) {
        if (!head.numbers.empty() && merge.first_row <= head.numbers.back()) hints.merges.push_back(merge);
    }
    const LedgerDef& ledger = ledger_definition(spec.ledger);
    refuse_summary(head.rows, ledger, spec.columns, {.source = spec.path, .sheet = rows.sheet()});
    HeaderMatch      header = match_header(head.rows, ledger, spec.columns, spec.path, rows.sheet(), hints);
    set_money_units(header, ledger, head.rows);
    return header;
}

}  // namespace gapmap
