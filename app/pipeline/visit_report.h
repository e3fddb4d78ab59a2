#pragma once
#include "app/pipeline/counting.h"
#include "data/store/store.h"

namespace gapmap {

/// Writes DIR/reports/visit_checks.xlsx: for each flagged finding the rows behind it (file, row, record, officer, day, time), so that a
/// person can look them up. For inside the house: it names officers, never households. Throws OutputError.
void write_visit_report(const Scene& scene, const Counting& counting, const Store& store);

}  // namespace gapmap
