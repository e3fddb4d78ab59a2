#pragma once
#include <cstdint>
#include <vector>

#include "data/ingest/import_source.h"
#include "data/ingest/ledger_schema.h"
#include "data/store/store.h"

namespace gapmap {

/// Settles which of the rows with one key is kept, whatever order they came in: the one of the earlier day, so that a later row never changes what held
/// before it; of the same day the one that fills in more columns; of equally full ones the one whose values come first as text; of equal ones the one that stands. `contested` are rows of `batch`, which is closed,
/// that were held back because their key stood already. A row that wins takes the place of the other, which is then held back in its own batch.
/// Returns how many won.
std::size_t settle_contests(Store& store, const Batch& batch, const LedgerDef& ledger, std::vector<ContestedRow> contested);

}  // namespace gapmap
