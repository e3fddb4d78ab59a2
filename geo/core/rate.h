#pragma once
#include <optional>
#include <string>

#include "geo/core/day.h"

namespace gapmap {

/// What a denominator speaks of. Two scopes are compatible only where both parts are equal.
struct Scope {
    std::string unit;        ///< code of the unit: "610329100200"
    std::string population;  ///< what is counted: "households", "people_at_risk", "app_target"
    bool        operator==(const Scope&) const = default;
};

/// The bottom of a percentage: how many, of what, according to whom, on which day.
struct Denominator {
    double      count = 0;
    Scope       scope;
    std::string source;  ///< ledger or register it was counted from
    Day         as_of;
};

/// The top of a percentage.
struct Count {
    double      value = 0;
    Scope       scope;
    std::string source;
};

/// A share that carries its evidence. Built only from a Count and a Denominator of the same scope; a mismatch is a
/// PreconditionError naming both. A zero denominator gives a rate without value (undefined is not zero).
class Rate {
public:
    Rate(Count numerator, Denominator denominator);
    [[nodiscard]] double                numerator() const noexcept { return numerator_.value; }
    [[nodiscard]] const Denominator&    denominator() const noexcept { return denominator_; }
    [[nodiscard]] const Count&          count() const noexcept { return numerator_; }
    [[nodiscard]] std::optional<double> value() const noexcept;  ///< numerator / denominator; may exceed 1

private:
    Count       numerator_;
    Denominator denominator_;
};

}  // namespace gapmap
