#include "render/palette.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "geo/core/error.h"
#include "render/colour_space.h"
#include "render/hatch.h"
#include "render/legend.h"
#include "render/palette_file.h"

using namespace gapmap;

namespace {

/// What an eye without the medium cones sees. Source: Machado, Oliveira & Fernandes 2009, severity 1.
Rgba without_green(Rgba c) {
    const double r = linear_light(c.r), g = linear_light(c.g), b = linear_light(c.b);
    const auto   byte = [](double v) {
        v = std::clamp(v, 0.0, 1.0);
        return static_cast<std::uint8_t>(std::lround(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055)));
    };
    return {byte(0.367322 * r + 0.860646 * g - 0.227968 * b), byte(0.280085 * r + 0.672501 * g + 0.047413 * b), byte(-0.011820 * r + 0.042940 * g + 0.968881 * b)};
}

double difference(Rgba a, Rgba b) {
    const Lch    p = lch_of(a), q = lch_of(b);
    const double to_rad = 0.017453292519943295;
    return std::hypot(p.lightness - q.lightness, p.chroma * std::cos(p.hue_deg * to_rad) - q.chroma * std::cos(q.hue_deg * to_rad),
                      p.chroma * std::sin(p.hue_deg * to_rad) - q.chroma * std::sin(q.hue_deg * to_rad));
}

std::string error_of(const std::string& text) {
    try {
        (void)parse_palette(text, "p.txt");
    } catch (const InputError& e) {
        return e.what();
    }
    return {};
}

}  // namespace

TEST_CASE("palettes: lightness falls evenly from light to dark, but for the diverging one, which is lightest in the middle") {
    for (const std::string& name : palette_names()) {
        const auto colours = palette_colours(name, 9);
        for (std::size_t i = 1; i < colours.size(); ++i) {
            const double step = lch_of(colours[i]).lightness - lch_of(colours[i - 1]).lightness;
            if (name == "blue_orange") CHECK((i <= 4 ? step : -step) > 10);
            else CHECK(std::abs(step + 74.0 / 8) < 1);
        }
    }
}

TEST_CASE("palettes: steps stay apart for an eye that does not tell red from green, and ends of the diverging one too") {
    for (const std::string& name : palette_names()) {
        const auto colours = palette_colours(name, 7);
        for (std::size_t i = 0; i < colours.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) CHECK_MESSAGE(difference(without_green(colours[i]), without_green(colours[j])) > 9, name, i, j);
        }
    }
}

TEST_CASE("palettes: a name that is not there is answered with those that are; breaks must rise") {
    CHECK_THROWS_WITH_AS((void)palette_colours("jet", 5), doctest::Contains("many_hues, yellow_blue"), UsageError);
    CHECK_THROWS_AS((void)class_scale("blues", {1, 1}), UsageError);
    CHECK_THROWS_AS((void)class_scale("blues", {1, 2}, 1.5), UsageError);
    const ClassScale scale = class_scale("blues", {1, 2}, 0.5);
    CHECK(scale.colours.size() == 3);
    CHECK(scale.colours[0].a == 128);
    CHECK(class_of(scale, 0.9) == 0);
    CHECK(class_of(scale, 1) == 1);
    CHECK(class_of(scale, 2) == 2);
}

TEST_CASE("palette file: values, names, comments and separators") {
    const ColourRamp ramp = parse_palette("# demo\n10 255 0 0\n 0,0,0,255,128  # low\r\nnv 0 0 0 0\n20: white\n", "p.txt");
    CHECK(ramp.values == std::vector<double>{0, 10, 20});
    CHECK(ramp.colours[0] == Rgba{0, 0, 255, 128});
    CHECK(colour_at(ramp, -5) == Rgba{0, 0, 255, 128});
    CHECK(colour_at(ramp, 5) == Rgba{128, 0, 128, 192});
    CHECK(colour_at(ramp, 1e9) == Rgba{255, 255, 255, 255});
    const ClassScale steps = steps_of(ramp);
    CHECK(steps.colours[class_of(steps, -1)].a == 0);
    CHECK(steps.colours[class_of(steps, 19.9)] == Rgba{255, 0, 0, 255});
}

TEST_CASE("palette file: errors name the line and the field") {
    CHECK(error_of("0 0 0 0\n1 0 256 0\n").find("p.txt row 2, field 'green': expected a whole number from 0 to 255, got '256'") == 0);
    CHECK(error_of("x 1 2 3\n").find("p.txt row 1, field 'value'") == 0);
    CHECK(error_of("\n\n1 2 3\n").find("p.txt row 3: expected value red green blue [opacity], got 3 fields") == 0);
    CHECK(error_of("1 mauve\n").find("'mauve'") != std::string::npos);
    CHECK(error_of("50% 1 2 3\n").find("per cent") != std::string::npos);
    CHECK(error_of("1 1 2 3\n1 3 2 1\n").find("p.txt row 2, field 'value': value 1 has a colour already") == 0);
    CHECK(error_of("# nothing\n").find("holds no colour") != std::string::npos);
    CHECK(error_of("nan 1 2 3\n").find("expected a number") != std::string::npos);
    CHECK(error_of("1 1 2 3 x\n").find("field 'opacity'") != std::string::npos);
}

TEST_CASE("legend: JSON and SVG say the classes that are painted, from and to, and the stops of a ramp") {
    ClassScale scale  = class_scale("oranges", {1, 2.5});
    scale.colours[0].a = 0;
    const auto json   = nlohmann::json::parse(legend_json(scale, {"Cases <", "per km²", "no data"}));
    CHECK(json["classes"].size() == 2);
    CHECK(json["classes"][0]["from"] == 1.0);
    CHECK(json["classes"][0]["to"] == 2.5);
    CHECK(json["classes"][1]["to"].is_null());
    CHECK(json["no_data"]["hatch"] == "hatch-missing");
    const std::string svg = legend_svg(scale, {"Cases <", "per km²", "no data"});
    CHECK(svg.find("Cases &lt; (per km²)") != std::string::npos);
    CHECK(svg.find("≥ 2.5") != std::string::npos);
    CHECK(svg.find("1 – 2.5") != std::string::npos);
    CHECK(svg.find("&lt; 1<") == std::string::npos);
    const ColourRamp ramp{{0, 5}, {{0, 0, 0}, {255, 255, 255}}};
    CHECK(nlohmann::json::parse(legend_json(ramp))["stops"][1]["value"] == 5.0);
    CHECK(legend_svg(ramp).find("linearGradient") != std::string::npos);
}

TEST_CASE("hatches: no two statuses look alike, and patterns repeat so that they go on over the borders of tiles") {
    const std::array all{Status::too_few, Status::isolate, Status::missing, Status::suppressed};
    const auto       picture = [](auto&& pixel) {
        std::string out;
        for (std::uint64_t i = 0; i < 64; ++i) out += pixel(i % 8, i / 8).a != 0 ? '#' : '.';
        return out;
    };
    std::vector<std::string> seen{picture(hatch_zero_pixel)};
    for (const Status s : all) {
        seen.push_back(picture([&](auto x, auto y) { return hatch_pixel(s, x, y); }));
        CHECK(hatch_svg().find(std::string("id=\"") + std::string(hatch_name(s)) + '"') != std::string::npos);
        for (std::uint64_t x = 0; x < 300; x += 7) CHECK(hatch_pixel(s, x, 3) == hatch_pixel(s, x + 256, 3 + 512));
    }
    std::ranges::sort(seen);
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
    CHECK(hatch_pixel(Status::ok, 0, 0).a == 0);
}
