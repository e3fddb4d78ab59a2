#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geo/core/exec.h"

namespace gapmap {

/// Spatial weights as a file names them.
struct WeightsFile {
    struct Link {
        std::uint32_t from, to;  ///< positions in `names`
        double        weight;    ///< finite, >= 0
        std::uint64_t line;      ///< of the file, from 1
    };
    std::vector<std::string>   names;     ///< of units, in the order in which they appear
    std::vector<Link>          links;     ///< no pair twice
    std::optional<std::size_t> units;     ///< how many units there are, where the header says it
    std::string                id_field;  ///< the column that names units, where the header says it
};

/// GAL: a header `0 N LAYER FIELD` or `N`; then of each unit `ID K` and its K neighbours, of weight 1. Throws InputError naming file and line.
[[nodiscard]] WeightsFile parse_gal(std::string_view text, const std::string& path);

/// GWT: a header as in GAL; then lines `I J WEIGHT`. Throws InputError naming file and line.
[[nodiscard]] WeightsFile parse_gwt(std::string_view text, const std::string& path);

/// By the ending: *.gal, *.gwt, else a CSV file with the columns i, j, w. Throws InputError.
[[nodiscard]] WeightsFile read_weights_file(const std::string& path, const Execution& exec = {});

}  // namespace gapmap
