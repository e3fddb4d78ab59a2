// Palette files: any text is a ramp of rising, finite values with a colour each, or an InputError that names the file. A ramp that is written down is read again as it was, and has a legend.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "geo/core/error.h"
#include "render/legend.h"
#include "render/palette_file.h"

namespace {

std::string lines_of(const gapmap::ColourRamp& ramp) {
    std::string out;
    for (std::size_t i = 0; i < ramp.values.size(); ++i) {
        const gapmap::Rgba c = ramp.colours[i];
        out += fmt::format("{} {} {} {} {}\n", ramp.values[i], c.r, c.g, c.b, c.a);
    }
    return out;
}

void check(const gapmap::ColourRamp& ramp) {
    if (ramp.values.empty() || ramp.values.size() != ramp.colours.size()) std::abort();
    if (std::ranges::adjacent_find(ramp.values, std::greater_equal{}) != ramp.values.end() || !std::ranges::all_of(ramp.values, [](double v) { return std::isfinite(v); })) std::abort();
    const gapmap::ColourRamp again = gapmap::parse_palette(lines_of(ramp), "again");
    if (again.values != ramp.values || again.colours != ramp.colours) std::abort();
    const gapmap::ClassScale steps = gapmap::steps_of(ramp);
    for (std::size_t i = 0; i < ramp.values.size(); ++i) {
        if (gapmap::colour_at(ramp, ramp.values[i]) != ramp.colours[i] || steps.colours.at(gapmap::class_of(steps, ramp.values[i])) != ramp.colours[i]) std::abort();
        (void)gapmap::colour_at(ramp, std::nextafter(ramp.values[i], HUGE_VAL));
        (void)gapmap::colour_at(ramp, ramp.values[i] / 2 + ramp.values[0] / 2);
    }
    if (nlohmann::json::parse(gapmap::legend_json(ramp)).at("stops").size() != ramp.values.size()) std::abort();
    if (!gapmap::legend_svg(ramp).starts_with("<svg") || !nlohmann::json::parse(gapmap::legend_json(steps)).contains("classes") || gapmap::legend_svg(steps).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        check(gapmap::parse_palette({reinterpret_cast<const char*>(data), size}, "fuzz"));
    } catch (const gapmap::InputError& e) {
        if (!std::string_view(e.what()).starts_with("fuzz")) std::abort();
    }
    return 0;
}
