#include "data/ingest/text_normal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>
#include <utility>

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
        case 0x00A0: case 0x3000: case 0x2000: case 0x2001: case 0x2002: case 0x2003: case 0x2004: case 0x2005: case 0x2006: case 0x2007:
        case 0x2008: case 0x2009: case 0x200A: case 0x202F: case 0x205F: case 0x2028: case 0x2029: case 0x0085: case '\t': case '\n': case '\r': case '\v': case '\f': return ' ';
        case 0x200B: case 0x200C: case 0x200D: case 0x200E: case 0x200F: case 0x202A: case 0x202B: case 0x202C: case 0x202D: case 0x202E: case 0xFEFF:
        case 0x2060: case 0x00AD: case 0xFE0E: case 0xFE0F: case 0x7F: return drop;
        default: return cp < 0x20 ? drop : cp;  // control characters: 0x1A ends files of old programs
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
    if (text.front() == ' ' || text.back() == ' ' || text.front() == '\'' || text.front() == '=') return false;
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
    // ="00123": how a CSV file keeps a spreadsheet from taking a code for a number.
    if (result.text.size() > 3 && result.text.starts_with("=\"") && result.text.ends_with('"')) {
        result.text    = result.text.substr(2, result.text.size() - 3);
        result.changed = true;
        trim(result.text);
    }
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

namespace {

/// What stands in brackets behind a header's name and is no part of it.
bool is_hint(std::string_view inside) {
    for (const std::string_view word : {"必填", "选填", "必录", "必须", "格式", "年/月/日", "年-月-日", "年.月.日", "年月日", "yyyy", "文本", "数字", "下拉", "单选", "多选", "示例", "例如", "例:", "如:", "可空", "可不填", "是/否", "是否", "整数"}) {
        if (inside.starts_with(word) || inside.ends_with(word)) return true;
    }
    constexpr std::array<std::string_view, 10> units = {"人", "户", "名", "个", "人次", "户次", "小时", "度", "°", "*"};
    return std::ranges::find(units, inside) != units.end();
}

/// The text before a last pair of brackets that holds a hint; nothing where there is none.
std::optional<std::string> without_hint(const std::string& key) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> brackets = {{{"(", ")"}, {"[", "]"}, {"【", "】"}, {"<", ">"}, {"〔", "〕"}}};
    for (const auto& [open, close] : brackets) {
        if (!key.ends_with(close)) continue;
        const auto at = key.rfind(open);
        if (at == std::string::npos || at == 0) continue;
        if (is_hint(std::string_view(key).substr(at + open.size(), key.size() - at - open.size() - close.size()))) return key.substr(0, at);
    }
    return std::nullopt;
}

}  // namespace

std::string bare_header_key(std::string key) {
    const auto drop_front = [&](std::string_view mark) {
        const bool drops = key.size() > mark.size() && key.starts_with(mark);
        if (drops) key.erase(0, mark.size());
        return drops;
    };
    const auto drop_back = [&](std::string_view mark) {
        const bool drops = key.size() > mark.size() && key.ends_with(mark);
        if (drops) key.erase(key.size() - mark.size());
        return drops;
    };
    while (drop_front("*") || drop_front("★") || drop_front("※") || drop_front("●") || drop_front("【必填】") || drop_front("(必填)")) {}
    if (const auto digits = key.find_first_not_of("0123456789"); digits != std::string::npos && digits > 0 && digits < 3) {
        for (const std::string_view mark : {".", "、"}) {
            if (!key.substr(digits).starts_with(mark) || key.size() <= digits + mark.size()) continue;
            key.erase(0, digits + mark.size());
            break;
        }
    }
    while (true) {
        if (drop_back("*") || drop_back(":") || drop_back("★") || drop_back("※")) continue;
        auto shorter = without_hint(key);
        if (!shorter) return key;
        key = std::move(*shorter);
    }
}

bool is_empty_mark(std::string_view folded) noexcept {
    if (folded.size() > 12) return false;
    // Nearly every cell of a large file starts with a digit or a letter: none of the marks but N and n does.
    if (!folded.empty() && std::isalnum(static_cast<unsigned char>(folded.front())) != 0 && folded.front() != 'N' && folded.front() != 'n') return false;
    static constexpr std::array<std::string_view, 43> marks = {
        "", "无", "/", "//", "\\", "-", "--", "---", "—", "——", "———", "–", "－", "－－", "(NULL)", "(null)", "<NULL>", "<null>", "NULL", "Null", "null", "[NULL]", "N/A",
        "n/a", "NA", "#N/A", "空", "\\N", "暂无", "未填", "未填写", "不详", "未知", "无数据", "没有", "待补", "待填", "(空)", "(空白)", "(无)", "None", "nan", "NaN"};
    return std::ranges::find(marks, folded) != marks.end();
}

bool is_word_for_none(std::string_view folded) noexcept {
    static constexpr std::array<std::string_view, 5> words = {"无", "暂无", "没有", "未知", "不详"};
    return std::ranges::find(words, folded) != words.end();
}

bool is_ditto_mark(std::string_view folded) noexcept {
    if (folded.empty() || folded.size() > 12 || std::isalnum(static_cast<unsigned char>(folded.front())) != 0) return false;
    static constexpr std::array<std::string_view, 13> marks = {"同上", "同前", "〃", "”", "“", "\"", "″", "''", "“”", "同上行", "(同上)", "同上同上", "々"};
    return std::ranges::find(marks, folded) != marks.end();
}

}  // namespace gapmap
