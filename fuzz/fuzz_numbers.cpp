// Numbers, counts, money, codes, yes and no, Chinese numerals: a finite value in range, or none and a reason in both languages.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/ingest/cell_parse.h"
#include "data/ingest/chinese_numeral.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

template <class Value>
void explained(const gapmap::Cell<Value>& cell) {
    check(cell.value || !(cell.note.zh.empty() || cell.note.en.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gapmap;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto number = parse_number(text);
    explained(number);
    if (number.value) check(std::isfinite(*number.value));
    const auto count = parse_count(text);
    explained(count);
    if (count.value) check(*count.value >= 0);
    for (const double scale : {1.0, 1e4, 1e8}) {
        const auto money = parse_money_yuan(text, scale);
        explained(money);
        if (money.value) check(std::isfinite(*money.value) && *money.value >= 0);
    }
    explained(parse_code(text));
    explained(parse_yes_no(text));
    check(chinese_numeral_length(text, true) <= text.size());
    if (const auto value = chinese_number(text)) check(std::isfinite(*value) && *value >= 0);
    (void)with_arabic_digits(text);
    return 0;
}
