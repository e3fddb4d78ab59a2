#pragma once
#include <vector>

#include "data/ingest/import_source.h"

namespace gapmap {

/// The sheets that a source means, one source each. A named sheet is itself, hidden or not. Where none is named, or "*", every visible
/// sheet whose header matches the ledger is read; the notes of the first say which others were left out and why. A file with one
/// visible sheet, and one that has no sheets, is one source without a sheet's name.
/// Throws InputError where no sheet matches (for the first that holds anything), and where a matching header is ambiguous.
[[nodiscard]] std::vector<SourceSpec> resolve_sheets(const SourceSpec& spec);

/// The header hints of a source: which of several groups of columns its list is about.
[[nodiscard]] std::vector<std::string> preferred_groups(const SourceSpec& spec);

}  // namespace gapmap
