#pragma once
#include <optional>
#include <string>
#include <vector>

#include "geo/core/rate.h"

namespace gapmap {

/// The same sentence in both languages; empty where there is nothing to say.
struct Words {
    std::string zh, en;
    [[nodiscard]] bool empty() const noexcept { return en.empty(); }
};

/// What a base is a number of.
enum class BaseKind {
    members,  ///< households or people that exist: more than all of them cannot be counted
    target,   ///< a number somebody set: it can be passed
};

/// One line of the denominator ledger.
struct Base {
    std::string id;           ///< "population_2022"
    Words       name;         ///< "总人口", "population"
    BaseKind    kind = BaseKind::members;
    Denominator denominator;  ///< count, scope (unit and population), source, date
    Words       source_name{};  ///< the source in both languages; empty: as `denominator.source` says
};

/// Something counted, and over which populations it may be divided.
struct Tally {
    std::string              id;
    Words                    name;  ///< "注册", "registrations"
    double                   value = 0;
    std::string              unit;   ///< code of the unit it was counted in
    std::vector<std::string> parts;  ///< populations that it is a part of, or a target for: "population", "app_target"
    std::string              source;
    Day                      as_of;
};

/// A count over a base, or why not.
struct Division {
    Tally                 tally;
    Base                  base;
    std::optional<double> share;        ///< nothing where refused or undefined; may exceed 1 and is never clipped
    Words                 refusal;      ///< why it was not divided; empty where it was
    Words                 sentence;     ///< "44,306 registrations of a target of 43,003: 103.03 %", with the base's source and day
    Words                 explanation;  ///< what a share over 1, or days far apart, mean; else empty
};

struct DivisionOptions {
    std::int32_t days_apart = 366;  ///< count and base further apart than this: said in the explanation. REQUIRES >= 0
    int          digits     = 2;    ///< of the percentage in the sentence. REQUIRES in [0, 6]
};

/// Divides only what belongs together: the same unit, and a population the tally is declared a part of. Everything else is refused
/// with its reason, as is a base of 0 (undefined is not zero) and a negative number. A share over 1 is explained: over a target it
/// is a target passed; over members it is a contradiction, and says where to look.
[[nodiscard]] Division divide(const Tally& tally, const Base& base, const DivisionOptions& options = {});

/// Why two percentages about the same thing are not the same number: the same or another top, the two bases, their ratio.
/// REQUIRES both divided.
[[nodiscard]] Words why_they_differ(const Division& first, const Division& second, const DivisionOptions& options = {});

/// "3,563 real-name per 10,000 population". REQUIRES divided and per >= 1.
[[nodiscard]] Words per_so_many(const Division& division, std::int64_t per);

/// Every base that percentages may stand on, by id.
class DenominatorLedger {
public:
    /// Throws InputError where the id is taken by another count, scope, source or day: one id, one number.
    void add(Base base);
    /// Throws InputError naming the id and the ids there are.
    [[nodiscard]] const Base& at(const std::string& id) const;
    /// The newest base of a scope on or before the day; nothing where there is none. Equal days: the id that comes first.
    [[nodiscard]] const Base* newest(const Scope& scope, Day as_of) const noexcept;
    [[nodiscard]] const std::vector<Base>& bases() const noexcept { return bases_; }  ///< in order of id

private:
    std::vector<Base> bases_;
};

}  // namespace gapmap
