#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gapmap {

/// Number of bytes at the head of `text` that are Chinese numerals (〇零一二两三…九十百千万亿廿卅, 壹…玖拾佰仟萬億), and, with
/// `mixed`, Arabic digits and decimal points between them ("3万5千").
[[nodiscard]] std::size_t chinese_numeral_length(std::string_view text, bool mixed) noexcept;

/// Value of a Chinese numeral below 10^12: 三十五, 一百二十, 两千零五, 二〇二二 (digit by digit), 壹万贰仟, 1.2万, 3万5千.
/// Nothing where it is none or where its reading is not certain: 一百二 (120 or 102?), 三四十.
[[nodiscard]] std::optional<double> chinese_number(std::string_view text) noexcept;

/// `text` with each run of Chinese numerals as Arabic digits, where the run has a certain value: 八月二十三日 to 8月23日.
[[nodiscard]] std::string with_arabic_digits(std::string_view text);

}  // namespace gapmap
