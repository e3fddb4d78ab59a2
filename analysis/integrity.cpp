#include "analysis/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/integrity_rows.h"
#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// Expected even of teams that nobody fakes for, test by test; for failures, where too few are odd, none.
constexpr std::array<double, integrity_test_count> floor_share = {0.01, 0.02, 2.0 / 60, 0.02, 0.05, 0};
constexpr double                                   working_hours = 8;

constexpr std::size_t at(IntegrityTest test) { return static_cast<std::size_t>(test); }

/// Counts of one team-week: of each test, `top` of `bottom` rows.
struct Tally6 {
    std::int64_t                                   rows = 0;
    std::array<std::int64_t, integrity_test_count> top{}, bottom{};
    std::map<std::int32_t, std::int64_t>           texts;
    std::vector<std::uint32_t>                     members;
};

using Week = std::map<std::int32_t, Tally6>;  // by team

void count_row(const FieldRows& rows, const RowFlags& flags, std::uint32_t row, Tally6& t) {
    const auto add = [&](IntegrityTest test, bool applies, bool holds) {
        t.bottom[at(test)] += applies ? 1 : 0;
        t.top[at(test)] += applies && holds ? 1 : 0;
    };
    const bool timed = rows.minute[row] >= 0;
    ++t.rows;
    t.members.push_back(row);
    add(IntegrityTest::speed, flags.previous != UINT32_MAX, flags.too_fast);
    add(IntegrityTest::crowd, timed, flags.crowded);
    add(IntegrityTest::round_time, timed, rows.minute[row] % 30 == 0);
    add(IntegrityTest::shared_place, rows.precise[row] != 0 && std::isfinite(rows.x[row]) && std::isfinite(rows.y[row]), flags.shared_place);
    add(IntegrityTest::no_failures, true, rows.reached[row] == 0);
    if (rows.text[row] < 0) return;
    ++t.texts[rows.text[row]];
    ++t.bottom[at(IntegrityTest::same_text)];
}

/// The commonest remark; among equals the lowest id. -1: none.
std::int32_t commonest(const std::map<std::int32_t, std::int64_t>& texts) {
    std::int32_t best = -1;
    std::int64_t most = 0;
    for (const auto& [text, count] : texts) {
        if (count > most) best = text, most = count;
    }
    return best;
}

std::int64_t count_of(const Tally6& t, IntegrityTest test, std::int32_t text) {
    if (test != IntegrityTest::same_text) return t.top[at(test)];
    const auto found = t.texts.find(text);
    return found == t.texts.end() ? 0 : found->second;
}

class Judge {
public:
    Judge(const FieldRows& rows, const std::vector<RowFlags>& flags, const IntegrityOptions& options) : rows_(rows), flags_(flags), options_(options) {
        for (std::uint32_t row = 0; row < rows.team.size(); ++row) {
            if (rows.team[row] < 0) continue;
            count_row(rows, flags[row], row, weeks_[rows.week[row]][rows.team[row]]);
            if (rows.minute[row] >= 0) ++minutes_[rows.team[row]][static_cast<std::size_t>(rows.minute[row] % 60)];
        }
    }

    std::vector<TeamWeek> judge() {
        std::vector<TeamWeek> out;
        for (auto& [week, teams] : weeks_) {
            for (auto& [team, tally] : teams) {
                std::ranges::sort(tally.members, {}, [&](std::uint32_t row) { return rows_.number[row]; });
                TeamWeek one{team, week, tally.rows, {}};
                for (std::size_t i = 0; i < integrity_test_count; ++i) one.findings[i] = find(static_cast<IntegrityTest>(i), team, week, tally);
                out.push_back(std::move(one));
            }
        }
        return out;
    }

private:
    Finding find(IntegrityTest test, std::int32_t team, std::int32_t week, const Tally6& tally) const {
        const std::int32_t text = commonest(tally.texts);
        Finding            f;
        f.rows     = tally.bottom[at(test)];
        f.observed = count_of(tally, test, text);
        f.evidence = evidence(test, text, tally);
        const bool upper = test != IntegrityTest::no_failures;
        std::vector<std::int64_t> top, bottom;
        std::int64_t              others = 0;
        for (const auto& [other, theirs] : weeks_.at(week)) {
            if (other == team) continue;
            top.push_back(count_of(theirs, test, text));
            bottom.push_back(theirs.bottom[at(test)]);
            others += bottom.back();
        }
        const PeerBase peers = peer_base(top, bottom, upper, options_.icc);
        f.base               = std::max(peers.base, floor_share[at(test)]);
        const bool habit     = test == IntegrityTest::round_time || test == IntegrityTest::same_text;
        const auto own       = habit ? own_share(test, team, week, text) : 0.0;
        f.judged             = f.rows >= options_.min_rows && others >= options_.min_other_rows && own >= 0;
        if (habit) f.base = std::max(f.base, own);
        f.expected = f.base * static_cast<double>(f.rows);
        if (!f.judged || f.base >= 1) return f;
        const auto pmf = beta_binomial_pmf(f.rows, f.base, peers.icc);
        f.p            = upper ? upper_tail(pmf, f.observed) : lower_tail(pmf, f.observed);
        if (test == IntegrityTest::same_text) f.p = std::min(1.0, f.p * static_cast<double>(distinct_texts(week)));
        if (test == IntegrityTest::crowd) {
            // Many small crowds must be more than the others have; one that no yard holds need not. Two ways in: twice the p.
            const double many = std::max(f.p, crowd_by_chance(team, tally, options_.crowd_rows)), huge = crowd_by_chance(team, tally, options_.most_at_once + 1);
            f.p = std::min(1.0, 2 * std::min(many, huge));
        }
        f.flagged = f.p <= options_.familywise_alpha / integrity_test_count;
        return f;
    }

    /// The team's own share in its other weeks; -1 where they have too few rows to know a habit.
    double own_share(IntegrityTest test, std::int32_t team, std::int32_t week, std::int32_t text) const {
        std::int64_t top = 0, bottom = 0;
        for (const auto& [other, teams] : weeks_) {
            const auto mine = teams.find(team);
            if (other == week || mine == teams.end()) continue;
            top += count_of(mine->second, test, text);
            bottom += mine->second.bottom[at(test)];
        }
        return bottom < options_.min_rows ? -1 : static_cast<double>(top) / static_cast<double>(bottom);
    }

    std::size_t distinct_texts(std::int32_t week) const {
        std::set<std::int32_t> all;
        for (const auto& [team, tally] : weeks_.at(week)) {
            for (const auto& [text, count] : tally.texts) all.insert(text);
        }
        return all.size();
    }

    /// Bound on the probability that some minute of some officer-day of the team-week is as full as its fullest, for times
    /// that fall on the minutes of the hour as the other teams' do; 1 where none holds `least_rows`.
    double crowd_by_chance(std::int32_t team, const Tally6& tally, std::int64_t least_rows) const {
        std::map<std::pair<std::int32_t, std::int32_t>, std::pair<std::int64_t, std::int64_t>> days;  // officer, day: rows, fullest minute
        for (const std::uint32_t row : tally.members) {
            if (rows_.minute[row] < 0) continue;
            auto& [rows, fullest] = days[{rows_.officer[row], rows_.day[row]}];
            ++rows;
            fullest = std::max(fullest, flags_[row].in_minute);
        }
        std::array<double, 60> share{};
        double                 sum = 0;
        for (std::size_t m = 0; m < 60; ++m) {
            share[m] = 1;
            for (const auto& [other, counts] : minutes_) share[m] += other == team ? 0 : static_cast<double>(counts[m]);
            sum += share[m];
        }
        double least = 1;
        for (const auto& [day, counts] : days) {
            if (counts.second < least_rows) continue;
            double p = 0;
            for (const double s : share) p += working_hours * upper_tail(binomial_pmf(counts.first, s / sum / working_hours), counts.second);
            least = std::min(least, p);
        }
        return std::min(1.0, least * static_cast<double>(days.size()));
    }

    std::vector<std::uint32_t> evidence(IntegrityTest test, std::int32_t text, const Tally6& tally) const {
        std::vector<std::uint32_t> out;
        for (const std::uint32_t row : tally.members) {
            const RowFlags& flags = flags_[row];
            const bool      holds = test == IntegrityTest::speed        ? flags.too_fast
                                    : test == IntegrityTest::crowd        ? flags.crowded
                                    : test == IntegrityTest::round_time   ? rows_.minute[row] >= 0 && rows_.minute[row] % 30 == 0
                                    : test == IntegrityTest::shared_place ? flags.shared_place
                                    : test == IntegrityTest::same_text    ? text >= 0 && rows_.text[row] == text
                                                                          : false;
            if (holds) out.push_back(row);
        }
        return out;
    }

    const FieldRows&                                   rows_;
    const std::vector<RowFlags>&                       flags_;
    const IntegrityOptions&                            options_;
    std::map<std::int32_t, Week>                       weeks_;
    std::map<std::int32_t, std::array<std::int64_t, 60>> minutes_;
};

}  // namespace

bool TeamWeek::flagged() const noexcept { return std::ranges::any_of(findings, &Finding::flagged); }

IntegrityReport check_integrity(const FieldRows& rows, const IntegrityOptions& options) {
    const std::size_t n = rows.team.size();
    GEO_EXPECTS(rows.officer.size() == n && rows.week.size() == n && rows.day.size() == n && rows.minute.size() == n && rows.household.size() == n);
    GEO_EXPECTS(rows.x.size() == n && rows.y.size() == n && rows.precise.size() == n && rows.text.size() == n && rows.reached.size() == n && rows.number.size() == n);
    GEO_EXPECTS(options.icc > 0 && options.icc < 0.9 && options.familywise_alpha > 0 && options.familywise_alpha < 1);
    IntegrityReport report{flag_rows(rows, options), {}};
    report.team_weeks = Judge(rows, report.rows, options).judge();
    return report;
}

Words words_of(IntegrityTest test, const Finding& f) {
    static const std::array<Words, integrity_test_count> what = {{{"对相邻走访的间隔快得不可能", "pairs of consecutive visits impossibly fast"},
                                                                  {"条记录挤在同一分钟", "rows in crowded minutes"},
                                                                  {"条记录的时间是整点或半点", "rows on the full or half hour"},
                                                                  {"条记录的位置与别户完全相同", "rows at the very place of another household's"},
                                                                  {"条记录的备注相同", "rows with the same remark"},
                                                                  {"条记录未见到人", "rows that met nobody"}}};
    const Words& w = what[at(test)];
    const std::string p = f.p < 1e-9 ? "p < 1e-09" : fmt::format("p = {:.1g}", f.p);
    if (!f.judged) return {fmt::format("{} 中有 {} {}；样本过少，不作判断", f.rows, f.observed, w.zh), fmt::format("{} of {} {}; too few to judge", f.observed, f.rows, w.en)};
    return {fmt::format("{} 中有 {} {}；预期至{} {:.1f}（{}）", f.rows, f.observed, w.zh, test == IntegrityTest::no_failures ? "少" : "多", f.expected, p),
            fmt::format("{} of {} {}; {:.1f} were to be expected ({})", f.observed, f.rows, w.en, f.expected, p)};
}

}  // namespace gapmap
