#include "geo/core/rate.h"

#include <fmt/format.h>

#include "geo/core/error.h"

namespace gapmap {

Rate::Rate(Count numerator, Denominator denominator)
    : numerator_(std::move(numerator)), denominator_(std::move(denominator)) {
    if (numerator_.scope == denominator_.scope) return;
    throw PreconditionError(fmt::format("a count of {} in {} cannot be divided by {} in {}", numerator_.scope.population,
                                        numerator_.scope.unit, denominator_.scope.population, denominator_.scope.unit));
}

std::optional<double> Rate::value() const noexcept {
    if (denominator_.count <= 0) return std::nullopt;
    return numerator_.value / denominator_.count;
}

}  // namespace gapmap
