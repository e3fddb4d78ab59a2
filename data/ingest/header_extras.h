#pragma once
#include <string>
#include <vector>

#include "data/ingest/header_match.h"
#include "geo/core/error.h"

namespace gapmap {

/// The unit of each money column: from its own header, else from a title above it (单位：万元), else yuan.
void set_money_units(HeaderMatch& header, const LedgerDef& ledger, const std::vector<std::vector<std::string>>& rows);

/// Throws InputError where a field that each row must have has no column, no column of a field that may stand in, and no
/// setting (`said`: fields that county.toml says for the whole file). Says what may be done.
void require_columns(const HeaderMatch& header, const LedgerDef& ledger, const std::vector<std::string>& said, const Place& place);

}  // namespace gapmap
