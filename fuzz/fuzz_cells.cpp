// Cells of office tables: each parser gives a value in its range or none. Folding UTF-8 twice changes nothing more.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/ingest/cell_parse.h"
#include "data/ingest/text_decode.h"
#include "data/ingest/text_normal.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void parse_all(std::string_view text) {
    using namespace gapmap;
    if (const auto day = parse_day(text); day.value) check(Day::parse_iso(to_string(*day.value)) == *day.value);
    if (const auto minute = parse_minute_of_day(text); minute.value) check(*minute.value >= 0 && *minute.value < 24 * 60);
    if (const auto number = parse_number(text); number.value) check(std::isfinite(*number.value));
    if (const auto count = parse_count(text); count.value) check(*count.value >= 0);
    if (const auto money = parse_money_yuan(text, 10000); money.value) check(std::isfinite(*money.value));
    if (const auto degrees = parse_degrees(text); degrees.value) check(std::isfinite(*degrees.value));
    (void)parse_code(text);
    (void)match_key(text);
    (void)is_empty_mark(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    parse_all(bytes);
    const gapmap::Folded folded = gapmap::fold_text(bytes);
    if (gapmap::is_utf8(bytes)) {
        check(gapmap::is_utf8(folded.text));
        check(gapmap::fold_text(folded.text).text == folded.text);
    }
    parse_all(folded.text);
    return 0;
}
