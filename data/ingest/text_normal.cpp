#include "data/ingest/text_normal.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gapmap {
namespace {

/// Reads one UTF-8 code point at `at` and moves on. Input is valid UTF-8 (the decoder checked it); a stray byte passes through.
char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
    const unsigned char lead = byte(at);
    if (lead < 0x80 || at + 1 >= text.size()) return byte(at++);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    char32_t          cp     = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) cp = (cp << 6) | (byte(at + i) & 0x3FU);
    at += std::min(length, text.size() - at);
    return cp;
}

constexpr char32_t drop = 0;

/// The plain form of a code point: full-width ASCII to ASCII, exotic blanks to a blank, invisible marks to `drop`.
char32_t plain_form(char32_t cp) noexcept {
    if (cp >= 0xFF01 && cp <= 0xFF5E) return cp - 0xFEE0;
    switch (cp) {
        case 0x00A0: case 0x3000: case 0x2002: case 0x2003: case 0x2009: case '\t': case '\n': case '\r': return ' ';
        case 0x200B: case 0x200C: case 0x200D: case 0xFEFF: case 0x2060: return drop;
        default: return cp;
    }
}

void append_utf8(std::string& out, std::string_view source, std::size_t from, std::size_t to, char32_t cp) {
    if (cp < 0x80) {
        out += static_cast<char>(cp);
    } else {
        out.append(source.substr(from, to - from));  // unchanged: copy its bytes
    }
}

void trim(std::string& text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) {
        text.clear();
        return;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text.erase(0, first);
}

}  // namespace

bool is_plain(std::string_view text) noexcept {
    if (text.empty()) return true;
    if (text.front() == ' ' || text.back() == ' ' || text.front() == '\'') return false;
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

Folded fold_text(std::string_view text) {
    Folded result;
    result.text.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from  = at;
        const char32_t    cp    = next_code_point(text, at);
        const char32_t    plain = plain_form(cp);
        if (plain != cp || cp == 0) result.changed = true;  // a zero byte is dropped, too
        if (plain != drop) append_utf8(result.text, text, from, at, plain);
    }
    trim(result.text);
    while (result.text.size() > 1 && result.text.front() == '\'') {
        result.text.erase(0, 1);
        trim(result.text);
        result.changed = true;
    }
    return result;
}

std::string match_key(std::string_view text) {
    std::string key = fold_text(text).text;
    std::erase(key, ' ');
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    for (const auto& [wide, plain] : std::array{std::pair{std::string_view("（"), '('}, std::pair{std::string_view("）"), ')'}}) {
        for (auto at = key.find(wide); at != std::string::npos; at = key.find(wide)) key.replace(at, wide.size(), 1, plain);
    }
    return key;
}

bool is_empty_mark(std::string_view folded) noexcept {
    static constexpr std::array<std::string_view, 14> marks = {"", "无", "/", "-", "--", "—", "——", "(NULL)", "NULL", "null", "N/A", "n/a", "空", "\\N"};
    return std::ranges::find(marks, folded) != marks.end();
}

}  // namespace gapmap
