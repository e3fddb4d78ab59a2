// Codes, and yes or no. Days, numbers and degrees have files of their own.
#include "data/ingest/cell_parse.h"

#include <algorithm>
#include <array>

namespace gapmap {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) noexcept { return !text.empty() && std::ranges::all_of(text, is_digit); }

/// 6.10329E+11, 6E+11, 6.1e11: a number in scientific notation, and not a code such as 1E5.
bool is_scientific(std::string_view text) noexcept {
    const auto e = text.find_first_of("eE");
    if (e == std::string_view::npos || e == 0 || e + 1 >= text.size()) return false;
    std::string_view mantissa = text.substr(0, e), exponent = text.substr(e + 1);
    const bool       sign = exponent.front() == '+' || exponent.front() == '-';
    if (sign) exponent.remove_prefix(1);
    const auto dot = mantissa.find('.');
    const bool fraction = dot != std::string_view::npos && all_digits(mantissa.substr(dot + 1));
    if (dot != std::string_view::npos) mantissa = mantissa.substr(0, dot);
    return all_digits(mantissa) && all_digits(exponent) && (sign || fraction);
}

/// A spreadsheet keeps 15 digits of a number: the later ones of a longer code became zeros.
bool has_lost_tail(std::string_view text) noexcept {
    return text.size() >= 16 && all_digits(text) && text.find_first_not_of('0', 15) == std::string_view::npos;
}

constexpr std::array<std::string_view, 24> yes_words = {"是", "√", "✓", "✔", "☑", "1", "y", "yes", "有", "对", "true", "t", "完成", "到位", "v", "属实", "同意", "1.0", "愿意", "是的", "签", "签订", "签了", "走访"};
constexpr std::array<std::string_view, 14> no_words  = {"否", "×", "✗", "✘", "☐", "0", "n", "no", "错", "false", "f", "x", "0.0", "╳"};

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> options) noexcept {
    return std::ranges::any_of(options, [&](std::string_view option) { return text.starts_with(option); });
}

}  // namespace

Cell<std::string> parse_code(std::string_view folded) {
    if (is_scientific(folded)) {
        return {std::nullopt, {"完整的编码：这里已变成科学计数，末几位已丢失；请把该列设为文本格式后重新导出",
                               "a whole code: this one was turned into a rounded number, its last digits are lost; format the column as text and export it again"}};
    }
    if (has_lost_tail(folded)) {
        return {std::nullopt, {"完整的编码：超过 15 位的数字被表格软件把末几位变成了 0；请从原系统把该列按文本格式重新导出",
                               "a whole code: a spreadsheet turned the digits behind the 15th into zeros; export the column again from its origin, formatted as text"}};
    }
    const auto dot = folded.find('.');
    if (dot != std::string_view::npos && dot + 1 < folded.size() && all_digits(folded.substr(0, dot)) && folded.find_first_not_of('0', dot + 1) == std::string_view::npos) {
        return {std::string(folded.substr(0, dot)), {"去掉末尾的 .0", "trailing .0 removed"}};
    }
    if (folded.ends_with('\'') || folded.ends_with('`')) {
        const auto last = folded.find_last_not_of("'` ");
        if (last == std::string_view::npos) return {std::nullopt, {"编码", "a code"}};
        return {std::string(folded.substr(0, last + 1)), {"去掉末尾的撇号", "trailing apostrophe removed"}};
    }
    if (folded.empty()) return {std::nullopt, {"编码", "a code"}};
    return {std::string(folded), {}};
}

Cell<bool> parse_yes_no(std::string_view folded) {
    std::string word(folded);
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    if (std::ranges::find(yes_words, word) != yes_words.end()) return {true, {}};
    if (std::ranges::find(no_words, word) != no_words.end()) return {false, {}};
    if (starts_with_any(word, {"已", "是(", "√("})) return {true, {}};
    if (starts_with_any(word, {"未", "没", "不", "无", "否(", "×("})) return {false, {}};
    return {std::nullopt, {"是或否（是/否、√/×、1/0、有/无、已/未）", "yes or no (是/否, √/×, 1/0, Y/N, 有/无, 已/未)"}};
}

}  // namespace gapmap
