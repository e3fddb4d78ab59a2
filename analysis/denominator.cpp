#include "analysis/denominator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// 44306 -> "44,306"; a count that is not whole keeps one digit.
std::string count_text(double value) {
    const bool        whole  = value == std::floor(value);
    const std::string digits = fmt::format("{:.{}f}", std::abs(value), whole ? 0 : 1);
    const std::size_t point  = std::min(digits.find('.'), digits.size());
    std::string       out    = value < 0 ? "-" : "";
    for (std::size_t at = 0; at < digits.size(); ++at) {
        if (at > 0 && at < point && (point - at) % 3 == 0) out += ',';
        out += digits[at];
    }
    return out;
}

std::string percent(double share, int digits) { return fmt::format("{:.{}f} %", 100 * share, digits); }

Words refusal_of(const Tally& tally, const Base& base) {
    const Scope& scope = base.denominator.scope;
    if (tally.value < 0 || base.denominator.count < 0 || !std::isfinite(tally.value) || !std::isfinite(base.denominator.count)) {
        return {"数量为负或不是数，请核对来源", "a count is negative or not a number; check its source"};
    }
    if (tally.unit != scope.unit) {
        return {fmt::format("不予相除：分子属于{}，分母“{}”属于{}", tally.unit, base.name.zh, scope.unit),
                fmt::format("not divided: the count is of unit {}, the base \"{}\" of unit {}", tally.unit, base.name.en, scope.unit)};
    }
    if (std::ranges::find(tally.parts, scope.population) == tally.parts.end()) {
        return {fmt::format("不予相除：“{}”未声明为“{}”（{}）的一部分", tally.name.zh, base.name.zh, scope.population),
                fmt::format("not divided: \"{}\" is not declared a part of \"{}\" ({})", tally.name.en, base.name.en, scope.population)};
    }
    if (base.denominator.count == 0) {
        return {fmt::format("分母“{}”为 0，比例无定义", base.name.zh), fmt::format("the base \"{}\" is 0, so the share is undefined", base.name.en)};
    }
    return {};
}

Words sentence_of(const Tally& tally, const Base& base, double share, int digits) {
    const bool        target = base.kind == BaseKind::target;
    const std::string top = count_text(tally.value), bottom = count_text(base.denominator.count), rate = percent(share, digits), day = to_string(base.denominator.as_of);
    const Words       source = base.source_name.empty() ? Words{base.denominator.source, base.denominator.source} : base.source_name;
    return {fmt::format("{} {}，{}{} {}：{}（分母来源：{}，{}）", tally.name.zh, top, target ? "" : "占", base.name.zh, bottom, rate, source.zh, day),
            target ? fmt::format("{} {} of a target of {} ({}): {} (base: {}, {})", top, tally.name.en, bottom, base.name.en, rate, source.en, day)
                   : fmt::format("{} {} of {} {}: {} (base: {}, {})", top, tally.name.en, bottom, base.name.en, rate, source.en, day)};
}

Words explanation_of(const Tally& tally, const Base& base, double share, const DivisionOptions& options) {
    Words             out;
    const std::string over = count_text(tally.value - base.denominator.count);
    if (share > 1 && base.kind == BaseKind::target) {
        out = {fmt::format("超过任务数 {}：任务数是定下的数，可以超过；这不是人口的比例。", over),
               fmt::format("{} more than the target: a target is a number that was set and can be passed; this is no share of the people. ", over)};
    } else if (share > 1) {
        out = {fmt::format("超过 100 %：比全体多出 {}，部分不能大于全体。可能是分母过时或不全、一人计多次、或计入了外地人员；请先核对，再用此数。", over),
               fmt::format("over 100 %: {} more than all there are, and a part cannot exceed the whole. The base may be old or incomplete, somebody counted twice, "
                           "or people from elsewhere counted; check before using it. ", over)};
    }
    const std::int32_t apart = std::abs(tally.as_of - base.denominator.as_of);
    if (apart > options.days_apart) {
        out.zh += fmt::format("分子与分母相差 {} 天。", apart);
        out.en += fmt::format("The count and its base are {} days apart. ", apart);
    }
    if (!out.en.empty()) out.en.pop_back();
    return out;
}

bool same(const Base& a, const Base& b) {
    return a.denominator.count == b.denominator.count && a.denominator.scope == b.denominator.scope && a.denominator.source == b.denominator.source &&
           a.denominator.as_of == b.denominator.as_of && a.kind == b.kind;
}

}  // namespace

Division divide(const Tally& tally, const Base& base, const DivisionOptions& options) {
    GEO_EXPECTS(options.days_apart >= 0 && options.digits >= 0 && options.digits <= 6);
    Division out{tally, base, std::nullopt, refusal_of(tally, base), {}, {}};
    if (!out.refusal.empty()) return out;
    out.share       = tally.value / base.denominator.count;
    out.sentence    = sentence_of(tally, base, *out.share, options.digits);
    out.explanation = explanation_of(tally, base, *out.share, options);
    return out;
}

Words why_they_differ(const Division& first, const Division& second, const DivisionOptions& options) {
    GEO_EXPECTS(first.share && second.share);
    const auto        rate = [&](double share) { return percent(share, options.digits); };
    const auto        bottom = [](const Division& d) { return count_text(d.base.denominator.count); };
    const std::string a = rate(*first.share), b = rate(*second.share), top_a = count_text(first.tally.value), top_b = count_text(second.tally.value);
    Words             out;
    if (first.tally.value == second.tally.value && first.tally.name.en == second.tally.name.en) {
        out = {fmt::format("{} 与 {} 的分子相同（{} {}）", a, b, first.tally.name.zh, top_a), fmt::format("{} and {} have the same top, {} {}", a, b, top_a, first.tally.name.en)};
    } else {
        out = {fmt::format("{} 与 {} 的分子不同：前者为{} {}，后者为{} {}", a, b, first.tally.name.zh, top_a, second.tally.name.zh, top_b),
               fmt::format("{} and {} have different tops: {} {} and {} {}", a, b, top_a, first.tally.name.en, top_b, second.tally.name.en)};
    }
    if (same(first.base, second.base)) {
        out.zh += fmt::format("，分母相同（{} {}）。", first.base.name.zh, bottom(first));
        out.en += fmt::format(", over the same {} {}.", bottom(first), first.base.name.en);
        return out;
    }
    const double ratio = first.base.denominator.count / second.base.denominator.count;
    out.zh += fmt::format("；前者以{} {} 为分母，后者以{} {} 为分母，前一分母是后一分母的 {}。", first.base.name.zh, bottom(first), second.base.name.zh, bottom(second), rate(ratio));
    out.en += fmt::format("; the first is over {} ({}), the second over {} ({}), and the first base is {} of the second.", bottom(first), first.base.name.en, bottom(second),
                          second.base.name.en, rate(ratio));
    return out;
}

Words per_so_many(const Division& division, std::int64_t per) {
    GEO_EXPECTS(division.share && per >= 1);
    const std::string value = count_text(std::round(*division.share * static_cast<double>(per))), of = count_text(static_cast<double>(per));
    return {fmt::format("每 {} {}有 {} {}", of, division.base.name.zh, value, division.tally.name.zh), fmt::format("{} {} per {} {}", value, division.tally.name.en, of, division.base.name.en)};
}

void DenominatorLedger::add(Base base) {
    const auto at = std::ranges::lower_bound(bases_, base.id, {}, &Base::id);
    if (at == bases_.end() || at->id != base.id) {
        bases_.insert(at, std::move(base));
        return;
    }
    if (!same(*at, base)) throw InputError(fmt::format("the base '{}' is given twice with different numbers, scopes, sources or days; give each its own id", base.id));
}

const Base& DenominatorLedger::at(const std::string& id) const {
    const auto at = std::ranges::lower_bound(bases_, id, {}, &Base::id);
    if (at != bases_.end() && at->id == id) return *at;
    std::string ids;
    for (const Base& base : bases_) ids += (ids.empty() ? "" : ", ") + base.id;
    throw InputError(fmt::format("no base '{}' in the denominator ledger; there are: {}", id, ids.empty() ? "none" : ids));
}

const Base* DenominatorLedger::newest(const Scope& scope, Day as_of) const noexcept {
    const Base* found = nullptr;
    for (const Base& base : bases_) {
        if (!(base.denominator.scope == scope) || base.denominator.as_of > as_of) continue;
        if (found == nullptr || base.denominator.as_of > found->denominator.as_of) found = &base;
    }
    return found;
}

}  // namespace gapmap
