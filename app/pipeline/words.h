#pragma once
#include <string>
#include <vector>

#include "app/pipeline/measure.h"

namespace gapmap {

/// "212 户中 61 户已走访；最近一次 94 天前；800 米内无宣传阵地" and the same in English.
[[nodiscard]] Text sentence_of(const UnitMeasure& unit, const Measures& all, Day as_of);

/// Why the unit stands where it stands: one finding a line, the heaviest first.
[[nodiscard]] std::vector<Text> reasons_of(const UnitMeasure& unit, const Measures& all, Day as_of);

/// What to do about it this week, with numbers of households.
[[nodiscard]] std::vector<Text> actions_of(const UnitMeasure& unit, const Measures& all, const std::string& organisation);

/// The gap formula with its parameters, for every output.
[[nodiscard]] Text formula_of(const Policy& policy);

/// The parameters that were used, as label and value.
struct Parameter {
    std::string key;
    Text        label;
    std::string value;    ///< one text for both languages
    Text        words{};  ///< the value in each language, where it has words
    [[nodiscard]] Text shown() const { return words.zh.empty() ? Text{value, value} : words; }
};
[[nodiscard]] std::vector<Parameter> parameters_of(const Scene& scene, const Measures& all);

}  // namespace gapmap
