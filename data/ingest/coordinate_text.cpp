#include "data/ingest/coordinate_text.h"
#include "data/ingest/text_scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace gapmap {
namespace {

const Note degrees_expected{"形如 107.78758 的度数", "degrees such as 107.78758"};
const Note pair_expected{"形如 107.78758,34.67821 的一对坐标", "a pair such as 107.78758,34.67821"};
const Note from_dms{"由度分秒换算为度", "read as degrees from degrees, minutes, seconds"};
const Note from_marks{"去掉度数上的标记", "read as degrees from text with a mark"};

void trim(std::string_view& text) noexcept {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
}

int decimals_of(std::string_view text) noexcept {
    const auto dot = text.find('.');
    return dot == std::string_view::npos ? 0 : static_cast<int>(text.size() - dot - 1);
}

struct Mark {
    Axis   axis = Axis::unsaid;
    double sign = 1;
};

/// Takes a mark from one end of the text.
template <class Skip>
bool take_mark(std::string_view& text, Skip skip_end, Mark& mark) {
    const auto set = [&](Axis axis, double sign) {
        mark = {axis, sign};
        trim(text);
        return true;
    };
    if (skip_end(text, {"东经", "经度", "E", "e", "lon", "lng", "东"})) return set(Axis::east, 1);
    if (skip_end(text, {"北纬", "纬度", "N", "n", "lat", "北"})) return set(Axis::north, 1);
    if (skip_end(text, {"西经", "W", "w"})) return set(Axis::east, -1);
    if (skip_end(text, {"南纬", "S", "s"})) return set(Axis::north, -1);
    return false;
}

/// Degrees, minutes and seconds. Each may be followed by its own mark, a colon, a hyphen or a blank; only the last may have decimals.
std::optional<double> sexagesimal(std::string_view text, int& parts) {
    double degrees = 0, unit = 1;
    parts = 0;
    while (!text.empty()) {
        if (parts == 3) return std::nullopt;
        std::size_t n = 0;
        while (n < text.size() && (is_digit(text[n]) || text[n] == '.')) ++n;
        double value = 0;
        if (!whole(text.substr(0, n), value) || (parts > 0 && value >= 60)) return std::nullopt;
        const bool fraction = text.substr(0, n).find('.') != std::string_view::npos;
        text.remove_prefix(n);
        degrees += value * unit;
        unit /= 60;
        ++parts;
        const std::size_t before = text.size();
        while (skip(text, {"°", "º", "˚", "度", "′", "’", "‘", "分", "″", "”", "“", "秒", "'", "\"", ":", "-", " ", "。"})) {}
        if (!text.empty() && (before == text.size() || fraction)) return std::nullopt;
    }
    return parts == 0 ? std::nullopt : std::optional(degrees);
}

bool has_mark(std::string_view text, Axis axis) noexcept {
    static constexpr std::array<std::string_view, 6> east  = {"E", "e", "东", "经度", "W", "西经"};
    static constexpr std::array<std::string_view, 6> north = {"N", "n", "北", "纬", "S", "s"};
    return std::ranges::any_of(axis == Axis::east ? east : north, [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
}

std::vector<std::string_view> tokens(std::string_view text) {
    std::vector<std::string_view> out;
    while (true) {
        trim(text);
        if (text.empty()) return out;
        const auto blank = std::min(text.find(' '), text.size());
        out.push_back(text.substr(0, blank));
        text.remove_prefix(blank);
    }
}

using Halves = std::optional<std::pair<std::string_view, std::string_view>>;

/// At the second mark of direction: before it where marks lead, behind the first where they follow.
Halves split_at_marks(std::string_view text) noexcept {
    if (!has_mark(text, Axis::east) || !has_mark(text, Axis::north)) return std::nullopt;
    const bool leading = !is_digit(text.front());
    bool       digits  = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_digit(text[i])) digits = true;
        if (!digits) continue;
        for (const std::string_view mark : {"东经", "北纬", "经度", "纬度", "E", "N", "e", "n", "W", "S", "东", "北"}) {
            if (!text.substr(i).starts_with(mark)) continue;
            const std::size_t at = leading ? i : i + mark.size();
            if (at >= text.size()) return std::nullopt;
            return std::pair{text.substr(0, at), text.substr(at)};
        }
    }
    return std::nullopt;
}

Halves split_pair(std::string_view text) {
    for (const std::string_view separator : {",", ";", "、", "|", "/", "，", "；", "\t"}) {
        const auto at = text.find(separator);
        if (at == std::string_view::npos) continue;
        if (text.find(separator, at + separator.size()) != std::string_view::npos) return std::nullopt;
        return std::pair{text.substr(0, at), text.substr(at + separator.size())};
    }
    if (const auto halves = split_at_marks(text)) return halves;
    const auto words = tokens(text);
    if (words.size() < 2 || words.size() % 2 != 0) return std::nullopt;
    const auto at = static_cast<std::size_t>(words[words.size() / 2].data() - text.data());
    return std::pair{text.substr(0, at), text.substr(at)};
}

}  // namespace

Cell<GivenCoordinate> parse_coordinate(std::string_view folded) {
    if (double plain = 0; whole(folded, plain)) {
        if (!std::isfinite(plain)) return {std::nullopt, degrees_expected};
        return {GivenCoordinate{plain, Axis::unsaid, decimals_of(folded)}, {}};
    }
    std::string_view text = folded;
    trim(text);
    Mark mark;
    bool marked = take_mark(text, [](std::string_view& t, Texts o) { return skip(t, o); }, mark);
    if (marked) (void)skip(text, {":", "：", "="});
    if (!marked) marked = take_mark(text, [](std::string_view& t, Texts o) { return skip_back(t, o); }, mark);
    trim(text);
    if (double value = 0; marked && whole(text, value) && std::isfinite(value)) {
        return {GivenCoordinate{value * mark.sign, mark.axis, decimals_of(text)}, from_marks};
    }
    if (text.starts_with('+')) text.remove_prefix(1);
    int        parts   = 0;
    const auto degrees = sexagesimal(text, parts);
    if (!degrees || !std::isfinite(*degrees)) return {std::nullopt, degrees_expected};
    return {GivenCoordinate{*degrees * mark.sign, mark.axis, -1}, parts > 1 ? from_dms : from_marks};
}

Cell<GivenPair> parse_coordinate_pair(std::string_view folded) {
    std::string_view text = folded;
    if (folded.size() > 200) return {std::nullopt, pair_expected};
    (void)skip(text, {"POINT", "Point", "坐标", "定位"});
    trim(text);
    (void)skip(text, {":", "："});
    if (skip(text, {"(", "[", "（", "["})) (void)skip_back(text, {")", "]", "）"});
    trim(text);
    const auto halves = text.empty() ? Halves{} : split_pair(text);
    if (!halves) return {std::nullopt, pair_expected};
    auto first = parse_coordinate(halves->first), second = parse_coordinate(halves->second);
    // Blanks around a separator, marks cut off with it: the halves are trimmed as cells are.
    if (!first.value || !second.value) {
        std::string_view a = halves->first, b = halves->second;
        trim(a);
        trim(b);
        first  = parse_coordinate(a);
        second = parse_coordinate(b);
    }
    if (!first.value || !second.value) return {std::nullopt, pair_expected};
    const bool marked_turned = first.value->axis == Axis::north || second.value->axis == Axis::east;
    if (marked_turned && (first.value->axis == Axis::east || second.value->axis == Axis::north)) return {std::nullopt, pair_expected};
    const bool unmarked = first.value->axis == Axis::unsaid && second.value->axis == Axis::unsaid;
    const bool evident  = unmarked && std::abs(first.value->value) <= 90 && std::abs(second.value->value) > 90 && std::abs(second.value->value) <= 180;
    GivenPair  pair{*first.value, *second.value, marked_turned || evident};
    Note       note{"从一个单元格中读出经度和纬度", "longitude and latitude read from one cell"};
    if (!first.note.empty()) note.add(first.note);
    if (pair.turned) {
        std::swap(pair.x, pair.y);
        note.add({"纬度在前：已对调", "latitude came first: turned"});
    }
    return {pair, note};
}

Cell<double> parse_degrees(std::string_view folded) {
    auto cell = parse_coordinate(folded);
    if (!cell.value) return {std::nullopt, std::move(cell.note)};
    return {cell.value->value, std::move(cell.note)};
}

}  // namespace gapmap
