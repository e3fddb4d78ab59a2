#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/toolbox/inputs.h"
#include "app/tongue.h"

namespace gapmap {

struct EffectCommand {
    std::string  first, second, method, time, start, from, to, role = "role", treated, control, displacement, displacement_control, radius, ring;
    std::string  cases, base, control_cases, control_base, family = "quasi-poisson";
    double       period = 0, confidence = 0.95;
    int          harmonics = 2, lag = -1;
    bool         no_slope = false, placebo = false;
    InputOptions inputs{};
};

/// Figures of a method, and what they mean.
struct EffectAnswer {
    nlohmann::ordered_json figures;
    std::vector<Text>      sentences;
};

[[nodiscard]] EffectAnswer answer_displacement(const EffectCommand& c, const CommandContext& context);
[[nodiscard]] EffectAnswer answer_interrupted(const EffectCommand& c, const CommandContext& context);

}  // namespace gapmap
