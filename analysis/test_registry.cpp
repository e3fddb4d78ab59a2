#include "analysis/test_registry.h"

#include <algorithm>
#include <cmath>

#include "geo/core/expects.h"

namespace gapmap {

void TestRegistry::add(Entry entry) {
    GEO_EXPECTS(entry.hypotheses >= 1 && entry.alpha >= 0 && entry.alpha <= 1);
    GEO_EXPECTS(entry.significant >= 0 && entry.significant <= entry.hypotheses);
    GEO_EXPECTS(std::isnan(entry.p) || (entry.p >= 0 && entry.p <= 1));
    GEO_EXPECTS(std::ranges::none_of(entries_, [&](const Entry& other) { return other.id == entry.id; }));
    entries_.push_back(std::move(entry));
}

std::int64_t TestRegistry::run() const noexcept {
    std::int64_t sum = 0;
    for (const Entry& entry : entries_) sum += std::isnan(entry.p) ? 0 : entry.hypotheses;
    return sum;
}

std::int64_t TestRegistry::significant() const noexcept {
    std::int64_t sum = 0;
    for (const Entry& entry : entries_) sum += entry.significant;
    return sum;
}

double TestRegistry::expected_false() const noexcept {
    double sum = 0;
    for (const Entry& entry : entries_) sum += std::isnan(entry.p) ? 0 : entry.alpha * (entry.adjusted ? 1 : static_cast<double>(entry.hypotheses));
    return sum;
}

}  // namespace gapmap
