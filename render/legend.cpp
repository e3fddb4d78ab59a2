#include "render/legend.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "render/hatch.h"
#include "render/html_text.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

double opacity_of(Rgba c) noexcept { return std::round(c.a / 255.0 * 1000) / 1000; }

struct ClassRange {
    std::string words;
    Rgba        colour;
};

std::vector<ClassRange> ranges_of(const ClassScale& s) {
    std::vector<ClassRange> out;
    for (std::size_t i = 0; i < s.colours.size(); ++i) {
        if (s.colours[i].a == 0) continue;
        std::string words = s.breaks.empty() ? std::string("all") : i == 0 ? fmt::format("< {}", s.breaks[0]) : i == s.breaks.size() ? fmt::format("≥ {}", s.breaks[i - 1]) : fmt::format("{} – {}", s.breaks[i - 1], s.breaks[i]);
        out.push_back({std::move(words), s.colours[i]});
    }
    return out;
}

std::string swatch(double y, const std::string& fill, double opacity) {
    return fmt::format("<rect x=\"10\" y=\"{}\" width=\"28\" height=\"16\" fill=\"{}\" fill-opacity=\"{}\" stroke=\"#888\" stroke-width=\"0.5\"/>\n", y, fill, opacity);
}
std::string words_at(double x, double y, std::string_view words) { return fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", x, y, html_text(words)); }

}  // namespace

std::string legend_json(const ValueColours& colours, const LegendWords& words) {
    Json out{{"title", words.title}, {"unit", words.unit}};
    if (const auto* s = std::get_if<ClassScale>(&colours)) {
        out["kind"]    = "classes";
        out["classes"] = Json::array();
        for (std::size_t i = 0; i < s->colours.size(); ++i) {
            if (s->colours[i].a == 0) continue;
            out["classes"].push_back({{"from", i == 0 ? Json() : Json(s->breaks[i - 1])}, {"to", i < s->breaks.size() ? Json(s->breaks[i]) : Json()}, {"colour", hex_colour(s->colours[i])},
                                      {"opacity", opacity_of(s->colours[i])}});
        }
    } else {
        const auto& ramp = std::get<ColourRamp>(colours);
        out["kind"]      = "ramp";
        out["stops"]     = Json::array();
        for (std::size_t i = 0; i < ramp.values.size(); ++i) out["stops"].push_back({{"value", ramp.values[i]}, {"colour", hex_colour(ramp.colours[i])}, {"opacity", opacity_of(ramp.colours[i])}});
    }
    if (!words.no_data.empty()) out["no_data"] = {{"text", words.no_data}, {"hatch", hatch_name(Status::missing)}};
    return out.dump();
}

std::string legend_svg(const ValueColours& colours, const LegendWords& words) {
    std::string body;
    double      y = 10;
    if (!words.title.empty() || !words.unit.empty()) {
        body += words_at(10, y + 12, words.unit.empty() ? words.title : words.title.empty() ? words.unit : words.title + " (" + words.unit + ")");
        y += 22;
    }
    if (const auto* s = std::get_if<ClassScale>(&colours)) {
        std::vector<ClassRange> ranges = ranges_of(*s);
        std::ranges::reverse(ranges);
        for (const ClassRange& r : ranges) {
            body += swatch(y, hex_colour(r.colour), opacity_of(r.colour)) + words_at(46, y + 12, r.words);
            y += 20;
        }
    } else {
        const auto&  ramp = std::get<ColourRamp>(colours);
        const double low = ramp.values.front(), span = ramp.values.back() - low, high = 160;
        std::string  stops;
        double       last = -100;
        for (std::size_t i = ramp.values.size(); i-- > 0;) {
            const double down = span > 0 ? (ramp.values.back() - ramp.values[i]) / span : 0;
            stops += fmt::format("<stop offset=\"{}\" stop-color=\"{}\" stop-opacity=\"{}\"/>", down, hex_colour(ramp.colours[i]), opacity_of(ramp.colours[i]));
            if (down * high < last + 14) continue;  // no room for its number
            last = down * high;
            body += words_at(46, y + last + 4, fmt::format("{}", ramp.values[i]));
        }
        body += fmt::format("<linearGradient id=\"ramp\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">{}</linearGradient>\n<rect x=\"10\" y=\"{}\" width=\"28\" height=\"{}\" fill=\"url(#ramp)\" stroke=\"#888\" stroke-width=\"0.5\"/>\n", stops, y, high);
        y += high + 14;
    }
    if (!words.no_data.empty()) {
        std::string pattern = "<pattern id=\"no-data\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">";
        for (std::uint64_t row = 0; row < 8; ++row) {
            for (std::uint64_t column = 0; column < 8; ++column) {
                if (const Rgba c = hatch_pixel(Status::missing, column, row); c.a != 0) pattern += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"1\" height=\"1\" fill=\"{}\"/>", column, row, hex_colour(c));
            }
        }
        body += pattern + "</pattern>\n" + swatch(y, "url(#no-data)", 1) + words_at(46, y + 12, words.no_data);
        y += 20;
    }
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"240\" height=\"{0}\" viewBox=\"0 0 240 {0}\" font-family=\"sans-serif\" font-size=\"12\">\n{1}</svg>\n", y + 6, body);
}

}  // namespace gapmap
