#include "render/hatch.h"

#include <fmt/format.h>

#include <array>
#include <functional>

namespace gapmap {
namespace {

constexpr Rgba line_tone{90, 90, 90, 255}, withheld_tone{120, 60, 120, 255}, nothing{0, 0, 0, 0};
constexpr std::uint64_t period = hatch_period_px;

}  // namespace

std::string_view hatch_name(Status status) noexcept {
    switch (status) {
        case Status::ok: return {};
        case Status::too_few: return "hatch-too_few";
        case Status::isolate: return "hatch-isolate";
        case Status::missing: return "hatch-missing";
        case Status::suppressed: return "hatch-suppressed";
    }
    return {};
}

std::string_view hatch_of_word(std::string_view word) noexcept {
    for (const Status status : {Status::too_few, Status::isolate, Status::missing, Status::suppressed}) {
        if (word == to_string(status)) return hatch_name(status);
    }
    return word == "zero" ? hatch_zero_name : std::string_view();
}

Rgba hatch_pixel(Status status, std::uint64_t x, std::uint64_t y) noexcept {
    const bool rising = (x + y) % period == 0, falling = (x + period - y % period) % period == 0;
    switch (status) {
        case Status::ok: return nothing;
        case Status::too_few: return x % 4 == 1 && y % 4 == 1 ? line_tone : nothing;
        case Status::isolate: return y % period == 4 ? line_tone : nothing;
        case Status::missing: return rising ? line_tone : nothing;
        case Status::suppressed: return rising || falling ? withheld_tone : nothing;
    }
    return nothing;
}

Rgba hatch_zero_pixel(std::uint64_t x, std::uint64_t y) noexcept { return x % period == 2 && y % period == 6 ? line_tone : nothing; }

std::string hatch_svg() {
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"0\"><defs>\n";
    const auto  put = [&](std::string_view name, const auto& pixel) {
        out += fmt::format("<pattern id=\"{}\" width=\"{}\" height=\"{}\" patternUnits=\"userSpaceOnUse\">", name, period, period);
        for (std::uint64_t y = 0; y < period; ++y) {
            for (std::uint64_t x = 0; x < period; ++x) {
                if (const Rgba c = pixel(x, y); c.a != 0) out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"1\" height=\"1\" fill=\"{}\"/>", x, y, hex_colour(c));
            }
        }
        out += "</pattern>\n";
    };
    for (const Status status : {Status::too_few, Status::isolate, Status::missing, Status::suppressed}) {
        put(hatch_name(status), [&](std::uint64_t x, std::uint64_t y) { return hatch_pixel(status, x, y); });
    }
    put(hatch_zero_name, hatch_zero_pixel);
    return out + "</defs></svg>\n";
}

}  // namespace gapmap
