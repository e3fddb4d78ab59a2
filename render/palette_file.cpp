#include "render/palette_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t most_colours = 65'536;

constexpr std::pair<std::string_view, Rgba> plain_colours[] = {
    {"white", {255, 255, 255}}, {"black", {0, 0, 0}},       {"red", {255, 0, 0}},    {"green", {0, 255, 0}},  {"blue", {0, 0, 255}},   {"yellow", {255, 255, 0}},
    {"magenta", {255, 0, 255}}, {"cyan", {0, 255, 255}},    {"aqua", {0, 255, 255}}, {"grey", {128, 128, 128}}, {"gray", {128, 128, 128}}, {"orange", {255, 165, 0}},
    {"brown", {165, 42, 42}},   {"purple", {128, 0, 128}},
};

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> out;
    line = line.substr(0, line.find('#'));
    for (std::size_t from = 0; (from = line.find_first_not_of(" \t\r,:", from)) != std::string_view::npos;) {
        const std::size_t to = std::min(line.find_first_of(" \t\r,:", from), line.size());
        out.push_back(line.substr(from, to - from));
        from = to;
    }
    return out;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
    Number     out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

/// One line's colour. `row`: for messages.
Rgba colour_of(const std::vector<std::string_view>& fields, const std::string& path, std::uint64_t row) {
    if (fields.size() == 2) {
        for (const auto& [name, colour] : plain_colours) {
            if (name == fields[1]) return colour;
        }
        throw InputError(fmt::format("expected red, green and blue or the name of a plain colour, got '{}'", fields[1]), {path, {}, row, "colour"});
    }
    if (fields.size() < 4 || fields.size() > 5) throw InputError(fmt::format("expected value red green blue [opacity], got {} fields", fields.size()), {path, {}, row, {}});
    static constexpr const char* names[] = {"red", "green", "blue", "opacity"};
    std::uint8_t                 bytes[] = {0, 0, 0, 255};
    for (std::size_t k = 0; k + 1 < fields.size(); ++k) {
        const auto v = number_of<int>(fields[k + 1]);
        if (!v || *v < 0 || *v > 255) throw InputError(fmt::format("expected a whole number from 0 to 255, got '{}'", fields[k + 1]), {path, {}, row, names[k]});
        bytes[k] = static_cast<std::uint8_t>(*v);
    }
    return {bytes[0], bytes[1], bytes[2], bytes[3]};
}

}  // namespace

ColourRamp parse_palette(std::string_view text, const std::string& path) {
    struct Entry {
        double        value = 0;
        Rgba          colour{};
        std::uint64_t row = 0;
    };
    std::vector<Entry> entries;
    std::uint64_t      row = 0;
    for (std::size_t from = 0; from < text.size(); ++row) {
        const std::size_t end    = std::min(text.find('\n', from), text.size());
        const auto        fields = fields_of(text.substr(from, end - from));
        from                     = end + 1;
        if (fields.empty()) continue;
        const std::uint64_t line = row + 1;
        const Rgba          colour = colour_of(fields, path, line);
        if (fields[0] == "nv") {
            if (colour.a != 0) throw InputError("no data is transparent in tiles: give it opacity 0 or leave the line out", {path, {}, line, "value"});
            continue;
        }
        const auto value = number_of<double>(fields[0]);
        if (!value && fields[0].ends_with('%')) throw InputError(fmt::format("per cent ('{}') mean another thing each week; give values", fields[0]), {path, {}, line, "value"});
        if (!value || !std::isfinite(*value)) throw InputError(fmt::format("expected a number, got '{}'", fields[0]), {path, {}, line, "value"});
        if (entries.size() == most_colours) throw InputError(fmt::format("has more than {} colours", most_colours), {path});
        entries.push_back({*value, colour, line});
    }
    if (entries.empty()) throw InputError("holds no colour; a line is: value red green blue [opacity]", {path});
    std::ranges::stable_sort(entries, {}, &Entry::value);
    ColourRamp out;
    for (const Entry& e : entries) {
        if (!out.values.empty() && out.values.back() == e.value) throw InputError(fmt::format("value {} has a colour already", e.value), {path, {}, e.row, "value"});
        out.values.push_back(e.value);
        out.colours.push_back(e.colour);
    }
    return out;
}

}  // namespace gapmap
