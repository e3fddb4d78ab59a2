#pragma once
#include <map>
#include <string>
#include <vector>

#include "data/ingest/header_match.h"
#include "data/ingest/ledger_schema.h"

namespace gapmap {

/// A sheet with a line a village (走访户数, 告知户数, 完成率) is no list of visits, cases or warnings: each line would count as one of them.
/// Throws NoHeader where one of `rows` is the header of such a summary: it has counts of the ledger's records and no column that says
/// which single record a row is. `overrides` as in match_header.
void refuse_summary(const std::vector<std::vector<std::string>>& rows, const LedgerDef& ledger, const std::map<std::string, std::string>& overrides, const Place& place);

}  // namespace gapmap
