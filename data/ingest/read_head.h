#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/ingest/header_match.h"
#include "data/ingest/import_source.h"
#include "data/ingest/row_source.h"

namespace gapmap {

/// The first rows of a source, kept: titles and notes above a header take a few rows at most.
struct Head {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::uint64_t>            numbers;
    std::vector<bool>                     stray_quotes;
    std::vector<std::vector<CellOrigin>>  origins;
    std::vector<std::vector<std::size_t>> filled;

    /// Row `i` again as it was read; views into this.
    void raw(std::size_t i, RawRow& row) const;
};
[[nodiscard]] Head read_head(RowSource& rows);

/// The header among the first rows. Throws as match_header.
[[nodiscard]] HeaderMatch find_header(const SourceSpec& spec, const RowSource& rows, const Head& head);

}  // namespace gapmap
