#include "app/project/day_option.h"

#include "geo/core/error.h"

namespace gapmap {

Day day_of_option(const std::string& text, const std::string& option) {
    if (const auto day = Day::parse_iso(text)) return *day;
    throw UsageError(option + ": expected a date such as 2022-09-04, got '" + text + "'");
}

}  // namespace gapmap
