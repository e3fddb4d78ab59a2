#pragma once
#include <string>

#include "app/pipeline/findings/finding.h"
#include "app/pipeline/measure.h"
#include "app/pipeline/release.h"

namespace gapmap {

/// gaps.csv: all levels, UTF-8 with a byte order mark, Chinese headers, ranked units first within each level.
[[nodiscard]] std::string gaps_csv(const Release& release);

/// gaps.xlsx: a sheet a level, one of the sites, one with the formula and its parameters.
[[nodiscard]] std::string gaps_workbook(const Scene& scene, const Measures& measures, const Release& release);

/// The week's bulletin in Chinese and English, one HTML file.
[[nodiscard]] std::string bulletin_html(const Scene& scene, const Measures& measures, const Release& release, const Text& ground, const Findings& findings);

/// Rows of a released level: ranked ones first, then the others, in order of code.
[[nodiscard]] std::vector<std::size_t> ranked_order(const Layer& layer);

}  // namespace gapmap
