#include "data/ingest/chinese_numeral.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace gapmap {
namespace {

struct Word {
    std::string_view text;
    std::int64_t     value;
    bool             unit;  ///< multiplies what stands before it
};

constexpr std::array words = {
    Word{"〇", 0, false}, Word{"零", 0, false}, Word{"○", 0, false}, Word{"一", 1, false}, Word{"二", 2, false}, Word{"两", 2, false},
    Word{"三", 3, false}, Word{"四", 4, false}, Word{"五", 5, false}, Word{"六", 6, false}, Word{"七", 7, false}, Word{"八", 8, false},
    Word{"九", 9, false}, Word{"壹", 1, false}, Word{"贰", 2, false}, Word{"叁", 3, false}, Word{"肆", 4, false}, Word{"伍", 5, false},
    Word{"陆", 6, false}, Word{"柒", 7, false}, Word{"捌", 8, false}, Word{"玖", 9, false}, Word{"十", 10, true}, Word{"拾", 10, true},
    Word{"廿", 20, false}, Word{"卅", 30, false}, Word{"百", 100, true}, Word{"佰", 100, true}, Word{"千", 1000, true}, Word{"仟", 1000, true},
    Word{"万", 10'000, true}, Word{"萬", 10'000, true}, Word{"亿", 100'000'000, true}, Word{"億", 100'000'000, true}};

const Word* word_at(std::string_view text) noexcept {
    for (const Word& word : words) {
        if (text.starts_with(word.text)) return &word;
    }
    return nullptr;
}

std::size_t arabic_length(std::string_view text) noexcept {
    std::size_t n = 0;
    while (n < text.size() && ((text[n] >= '0' && text[n] <= '9') || text[n] == '.')) ++n;
    return n;
}

/// Reads the words from left to right; false as soon as their order has no certain meaning.
class Reading {
public:
    bool digit(std::int64_t value) noexcept {
        if (value == 0 && number_ < 0) {
            zero_ = true;
            return true;
        }
        if (number_ >= 0) return false;
        number_ = static_cast<double>(value);
        if (value >= 20) {  // 廿三, 卅一: a ten that is its own digit
            section_ += number_;
            number_   = -1;
            last_     = 10;
        }
        return true;
    }
    bool arabic(double value) noexcept {
        if (number_ >= 0) return false;
        number_ = value;
        return true;
    }
    bool unit(std::int64_t value) noexcept {
        const auto factor = static_cast<double>(value);
        if (value >= 10'000) {
            const double below = section_ + (number_ < 0 ? 0 : number_);
            if ((below == 0 && total_ == 0) || value >= big_) return false;
            total_   = value == 100'000'000 ? (total_ + below) * factor : total_ + below * factor;
            section_ = 0;
            big_     = value;
        } else {
            if (value >= last_ && section_ != 0) return false;
            const bool bare_ten = value == 10 && number_ < 0;
            if (number_ < 0 && !bare_ten) return false;
            section_ += (bare_ten ? 1 : number_) * factor;
        }
        number_ = -1;
        last_   = value;
        zero_   = false;
        return true;
    }
    [[nodiscard]] std::optional<double> value() const noexcept {
        // 一百二 and 三万五 leave out their last unit: 120 or 102?
        if (number_ > 0 && last_ >= 100 && last_ != start && !zero_) return std::nullopt;
        return total_ + section_ + (number_ < 0 ? 0 : number_);
    }

private:
    static constexpr std::int64_t start = INT64_MAX;
    double       total_ = 0, section_ = 0, number_ = -1;
    std::int64_t last_ = start, big_ = start;
    bool         zero_ = false;
};

/// 二〇二二: digits only, one after the other. Nothing where there is a unit or only one digit.
std::optional<double> digit_by_digit(std::string_view text) noexcept {
    double value = 0;
    int    count = 0;
    while (!text.empty()) {
        const Word* word = word_at(text);
        if (word == nullptr || word->unit || word->value > 9 || ++count > 12) return std::nullopt;
        value = value * 10 + static_cast<double>(word->value);
        text.remove_prefix(word->text.size());
    }
    return count == 0 ? std::nullopt : std::optional(value);
}

}  // namespace

std::size_t chinese_numeral_length(std::string_view text, bool mixed) noexcept {
    std::size_t n = 0;
    while (n < text.size()) {
        if (const Word* word = word_at(text.substr(n))) {
            n += word->text.size();
        } else if (const std::size_t digits = mixed ? arabic_length(text.substr(n)) : 0; digits != 0) {
            n += digits;
        } else {
            break;
        }
    }
    return n;
}

std::optional<double> chinese_number(std::string_view text) noexcept {
    if (text.empty()) return std::nullopt;
    if (const auto plain = digit_by_digit(text)) return plain;
    Reading reading;
    while (!text.empty()) {
        if (const std::size_t n = arabic_length(text); n != 0) {
            double     value = 0;
            const auto end   = text.data() + n;
            const auto read  = std::from_chars(text.data(), end, value);
            if (read.ec != std::errc() || read.ptr != end || !reading.arabic(value)) return std::nullopt;
            text.remove_prefix(n);
            continue;
        }
        const Word* word = word_at(text);
        if (word == nullptr || !(word->unit ? reading.unit(word->value) : reading.digit(word->value))) return std::nullopt;
        text.remove_prefix(word->text.size());
    }
    return reading.value();
}

std::string with_arabic_digits(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t n     = chinese_numeral_length(text, false);
        const auto        value = chinese_number(text.substr(0, n));
        if (value && *value < 1e9) {
            out += std::to_string(static_cast<std::int64_t>(*value));
        } else {
            out.append(text.substr(0, n));
        }
        text.remove_prefix(n);
        if (text.empty()) break;
        const auto  lead  = static_cast<unsigned char>(text.front());
        std::size_t width = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (width > text.size()) width = text.size();
        out.append(text.substr(0, width));
        text.remove_prefix(width);
    }
    return out;
}

}  // namespace gapmap
