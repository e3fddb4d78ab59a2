#include "data/ingest/address.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <initializer_list>

#include "data/ingest/chinese_numeral.h"
#include "data/ingest/text_normal.h"
#include "data/ingest/text_scan.h"

namespace gapmap {
namespace {

bool is_ascii_alnum(char c) noexcept { return static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::size_t next_character(std::string_view text, std::size_t at) noexcept {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
    return at;
}

/// A number in digits, words or letters, as it is compared: no leading zeros, capital letters.
std::string normal_number(std::string_view written) {
    if (const auto value = chinese_number(written); value && *value < 1e6) return std::to_string(static_cast<std::int64_t>(*value));
    std::string out(written);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::toupper(c) : c); });
    const auto first = out.find_first_not_of('0');
    return first == std::string::npos ? out : out.substr(first);
}

/// The number at the head of `text`: ASCII letters and digits, or a Chinese numeral. Empty where there is none.
std::string_view number_at(std::string_view text) noexcept {
    std::size_t n = 0;
    while (n < text.size() && is_ascii_alnum(text[n])) ++n;
    if (n == 0) n = chinese_numeral_length(text, false);
    return text.substr(0, n);
}

/// A number followed by one of the suffixes; moves `text` behind both.
bool take_numbered(std::string_view& text, Texts suffixes, std::string& out) {
    std::string_view rest = text;
    (void)skip(rest, {"第"});
    const auto number = number_at(rest);
    if (number.empty()) return false;
    rest.remove_prefix(number.size());
    if (!skip(rest, suffixes)) return false;
    out  = normal_number(number);
    text = rest;
    return true;
}

bool take_building(std::string_view& text, std::string& out) {
    if (take_numbered(text, {"号住宅楼", "号楼", "#楼", "栋楼", "栋", "幢楼", "幢", "座", "#"}, out)) return true;
    std::string_view rest = text;
    if (!skip(rest, {"#"})) return false;
    const auto number = number_at(rest);
    if (number.empty()) return false;
    rest.remove_prefix(number.size());
    (void)skip(rest, {"楼", "栋", "幢"});
    out  = normal_number(number);
    text = rest;
    return true;
}

/// Up to and with the earliest of the suffixes (the longest of those that start there), not at the very start, within `most` bytes.
bool take_named(std::string_view& text, Texts suffixes, std::size_t most, std::string& out) {
    std::size_t at = std::string_view::npos, length = 0;
    for (const std::string_view suffix : suffixes) {
        const auto found = text.find(suffix, 1);
        if (found == std::string_view::npos || found > most) continue;
        if (found < at || (found == at && suffix.size() > length)) {
            at     = found;
            length = suffix.size();
        }
    }
    if (at == std::string_view::npos) return false;
    out.assign(text.substr(0, at + length));
    text.remove_prefix(at + length);
    return true;
}

std::string without_parentheses(std::string text) {
    for (auto open = text.find('('); open != std::string::npos; open = text.find('(')) {
        const auto close = text.find(')', open);
        text.erase(open, close == std::string::npos ? std::string::npos : close - open + 1);
    }
    return text;
}

void skip_county(std::string_view& text) {
    std::string ignored;
    (void)take_named(text, {"省", "自治区"}, 12, ignored);
    // 市 alone may be the middle of 超市: it ends a city only where a county follows.
    std::string_view city = text;
    if (take_named(city, {"市"}, 12, ignored) && city.find("县", 1) <= 12) text = city;
    (void)take_named(text, {"县"}, 12, ignored);
}

/// 村小区 is a compound that calls itself a village.
void take_village(std::string_view& text, Address& address) {
    std::string_view rest = text;
    std::string      name;
    if (!take_named(rest, {"村民委员会", "村委会", "村", "社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区"}, 36, name)) return;
    if (rest.starts_with("小区")) return;
    // A number or a building before the suffix: the suffix belongs to something further behind.
    if (name.find("号楼") != std::string::npos || name.find("单元") != std::string::npos) return;
    address.village = std::move(name);
    text            = rest;
}

bool all_digits(std::string_view text) noexcept { return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; }); }

/// 3-2-501 behind a compound, 2-501 behind a building.
bool take_hyphenated(std::string_view text, Address& address) {
    const auto first = text.find('-'), last = text.rfind('-');
    if (first == std::string_view::npos) return false;
    const std::string_view head = text.substr(0, first), tail = text.substr(last + 1);
    if (!all_digits(head) || !all_digits(tail)) return false;
    if (first == last && !address.building.empty()) {
        address.unit = normal_number(head);
    } else if (first != last && address.building.empty() && all_digits(text.substr(first + 1, last - first - 1))) {
        address.building = normal_number(head);
        address.unit     = normal_number(text.substr(first + 1, last - first - 1));
    } else {
        return false;
    }
    address.room = normal_number(tail);
    return true;
}

/// Behind the building (or the village): unit, floor, room.
void take_inside(std::string_view text, Address& address) {
    if (take_hyphenated(text, address)) return;
    (void)take_numbered(text, {"单元"}, address.unit);
    (void)take_numbered(text, {"层", "楼"}, address.floor);
    std::string& last = address.building.empty() && address.unit.empty() ? address.house : address.room;
    if (take_numbered(text, {"室", "号房", "号", "户"}, last)) return;
    if (all_digits(text)) last = normal_number(text);
}

/// Where the compound's name ends: at the first building, unit or room, else at a plain number at the end.
std::size_t compound_end(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); at = next_character(text, at)) {
        std::string_view rest = text.substr(at);
        std::string      ignored;
        if (take_building(rest, ignored)) return at;
        if (take_numbered(rest, {"单元", "室", "号", "层", "楼"}, ignored)) return at;
        if (text[at] >= '0' && text[at] <= '9' && rest.find_first_not_of("0123456789-") == std::string_view::npos) return at;
    }
    return text.size();
}

}  // namespace

Address parse_address(std::string_view text) {
    constexpr std::size_t longest = 400;  // bytes: an address of over a hundred characters is a story
    Address               address;
    if (text.size() > longest) return address;
    const std::string key = without_parentheses(match_key(text));
    std::string_view  rest = key;
    skip_county(rest);
    std::string_view town = rest;
    if (take_named(town, {"镇", "乡", "街道办事处", "街道办", "街道"}, 24, address.town)) rest = town;
    take_village(rest, address);
    (void)take_numbered(rest, {"村民小组", "生产队", "小组", "组", "队"}, address.group);
    const std::size_t end = compound_end(rest);
    address.compound.assign(rest.substr(0, end));
    rest.remove_prefix(end);
    (void)take_building(rest, address.building);
    take_inside(rest, address);
    return address;
}

std::optional<std::string> building_number(std::string_view text) {
    if (text.size() > 60) return std::nullopt;
    const std::string key  = match_key(text);
    std::string_view  rest = key;
    std::string       number;
    if (take_building(rest, number) && (rest.empty() || rest == "楼")) return number;
    rest = key;
    const auto bare = number_at(rest);
    if (!bare.empty() && (bare.size() == rest.size() || rest.substr(bare.size()) == "号") && bare.size() <= 9) return normal_number(bare);
    return std::nullopt;
}

}  // namespace gapmap
