#include "data/read/xlsx_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>

#include "geo/core/day.h"

namespace gapmap {
namespace {

bool is_elapsed(std::string_view bracket) {
    return !bracket.empty() && bracket.find_first_not_of("hHmMsS") == std::string_view::npos;
}

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The code unit of an escape _xHHHH_ at the front of `text`, else -1.
int escape_at(std::string_view text) noexcept {
    if (text.size() < 7 || text[0] != '_' || (text[1] != 'x' && text[1] != 'X') || text[6] != '_') return -1;
    int value = 0;
    for (std::size_t i = 2; i < 6; ++i) {
        const int digit = hex_value(text[i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

void append_code_point(std::string& out, int cp) {
    if (cp < 0x80) {
        out += static_cast<char>(cp);
    } else if (cp < 0x800) {
        out += static_cast<char>(0xC0 | (cp >> 6));
        out += static_cast<char>(0x80 | (cp & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | (cp >> 12));
        out += static_cast<char>(0x80 | ((cp >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (cp & 0x3F));
    }
}

void append_clock(std::string& out, std::int64_t seconds) {
    fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

CellKind kind_of_format(std::string_view code) {
    bool day = false, time = false, month = false;
    for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
        switch (code[i]) {
            case '"': i = std::min(code.size(), code.find('"', i + 1)); break;
            case '\\': case '_': case '*': ++i; break;
            case '[': {
                const std::size_t end = std::min(code.size(), code.find(']', i));
                time |= is_elapsed(code.substr(i + 1, end - i - 1));
                i = end;
                break;
            }
            case 'G': case 'g':
                if (code.substr(i + 1).starts_with("eneral") || code.substr(i + 1).starts_with("ENERAL")) i += 6;
                break;
            case 'y': case 'Y': case 'd': case 'D': day = true; break;
            case 'h': case 'H': case 's': case 'S': time = true; break;
            case 'm': case 'M': month = true; break;
            default: break;
        }
    }
    if (day || (month && !time)) return CellKind::day;
    return time ? CellKind::time : CellKind::number;
}

unsigned padding_of_format(std::string_view code) noexcept {
    const bool zeros = code.size() >= 2 && code.size() <= 15 && code.find_first_not_of('0') == std::string_view::npos;
    return zeros ? static_cast<unsigned>(code.size()) : 0;
}

CellKind kind_of_builtin(int id) noexcept {
    const auto within = [id](int low, int high) { return id >= low && id <= high; };
    if (within(18, 21) || within(32, 35) || within(45, 47) || within(55, 56)) return CellKind::time;
    if (within(14, 17) || id == 22 || within(27, 31) || id == 36 || within(50, 54) || within(57, 58)) return CellKind::day;
    return CellKind::number;
}

void append_cell_number(std::string& out, double value) {
    char         text[64];
    const double size = std::abs(value);
    if (!std::isfinite(value)) return;
    const bool plain = size < 1e15 && (size == 0 || size >= 1e-5);
    const auto end   = std::to_chars(text, text + sizeof text, value == 0 ? 0.0 : value, plain ? std::chars_format::fixed : std::chars_format::scientific).ptr;
    out.append(text, static_cast<std::size_t>(end - text));
}

void append_serial(std::string& out, double serial, CellKind kind, bool date1904) {
    constexpr double last_day = 2'958'465;  // 9999-12-31
    if (kind == CellKind::number || !(serial >= 0 && serial < last_day + 1)) return append_cell_number(out, serial);
    std::int64_t       seconds = std::llround(serial * 86'400);
    const std::int64_t days    = seconds / 86'400;
    seconds %= 86'400;
    if (days == 0 && kind == CellKind::time) return append_clock(out, seconds);
    // The 1900 calendar counts a 29 February 1900 that never was: serials below 60 lie a day later than the rule says.
    const std::int64_t epoch = date1904 ? Day::of(1904, 1, 1).days : Day::of(1899, 12, 30).days + (days < 60 ? 1 : 0);
    if (!date1904 && (days == 0 || days == 60)) return append_cell_number(out, serial);
    std::string day = to_string(Day{static_cast<std::int32_t>(epoch + days)});
    for (char& c : day) c = c == '-' ? '/' : c;
    out += day;
    if (seconds == 0) return;
    out += ' ';
    append_clock(out, seconds);
}

void append_unescaped(std::string& out, std::string_view text) {
    while (true) {
        const auto at = text.find("_x");
        if (at == std::string_view::npos) break;
        const int unit = escape_at(text.substr(at));
        out += text.substr(0, at);
        if (unit <= 0 || (unit >= 0xD800 && unit < 0xE000)) {
            out += "_x";
            text.remove_prefix(at + 2);
        } else {
            append_code_point(out, unit);
            text.remove_prefix(at + 7);
        }
    }
    out += text;
}

}  // namespace gapmap
