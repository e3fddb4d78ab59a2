#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/integrity.h"
#include "geo/core/draws.h"

// Made-up field work for the tests of analysis/integrity.h: teams that are honest and each have habits of their own, and fakers.
namespace gapmap::test {

struct FieldTable {
    std::vector<std::int32_t>  team, officer, week, day, minute, household, text;
    std::vector<double>        x, y;
    std::vector<std::uint8_t>  precise, reached;
    std::vector<std::uint64_t> number;
    [[nodiscard]] std::size_t  size() const { return team.size(); }
    [[nodiscard]] FieldRows    view() const { return {team, officer, week, day, minute, household, x, y, precise, text, reached, number}; }
    void add(const FieldTable& from, std::size_t i) {
        team.push_back(from.team[i]), officer.push_back(from.officer[i]), week.push_back(from.week[i]), day.push_back(from.day[i]);
        minute.push_back(from.minute[i]), household.push_back(from.household[i]), text.push_back(from.text[i]);
        x.push_back(from.x[i]), y.push_back(from.y[i]), precise.push_back(from.precise[i]), reached.push_back(from.reached[i]);
        number.push_back(from.number[i]);
    }
};

/// How a team works, drawn once a team and kept over the weeks.
struct Habits {
    double failures, half_hours, five_minutes, favourite, cached, gathering, typo, area_m;
    int    phrase, visits_a_day;
    explicit Habits(Draws& d)
        : failures(0.05 + 0.20 * d.uniform()),           // of the doors
          half_hours(0.25 * d.uniform() * d.uniform()),  // times rounded to the half hour
          five_minutes(0.8 * d.uniform()),               // to five minutes
          favourite(0.2 + 0.7 * d.uniform()),            // share of its favourite remark
          cached(0.04 * d.uniform()),                    // the phone gives its last place again
          gathering(0.03 * d.uniform()),                 // of officer-days: several households met in one yard, one time written
          typo(0.01 * d.uniform()),                      // of times: some hours off
          area_m(1000 + 5000 * d.uniform()), phrase(static_cast<int>(d.below(6))), visits_a_day(4 + static_cast<int>(d.below(16))) {}
};

class HonestCounty {
public:
    HonestCounty(Seed seed, std::int32_t teams, std::int32_t weeks) : seed_(seed) {
        for (std::int32_t t = 0; t < teams; ++t) {
            Draws        habit_draws(seed, 910, static_cast<std::uint64_t>(t));
            const Habits habits(habit_draws);
            for (std::int32_t w = 0; w < weeks; ++w) {
                for (std::int32_t officer = 0; officer < 4; ++officer) {
                    for (std::int32_t weekday = 0; weekday < 5; ++weekday) officer_day(habits, t, w, officer, weekday);
                }
            }
        }
    }
    FieldTable table;

private:
    void officer_day(const Habits& h, std::int32_t t, std::int32_t w, std::int32_t officer, std::int32_t weekday) {
        Draws d(seed_, 911, static_cast<std::uint64_t>(((t * 64 + w) * 4 + officer) * 8 + weekday));
        if (d.uniform() < 0.4) return;  // in the office
        const int gathering = d.uniform() < h.gathering ? 4 + static_cast<int>(d.below(5)) : 0;
        double    x = t * 9000.0 + h.area_m * d.uniform(), y = h.area_m * d.uniform(), minute = 510 + d.below(60);
        for (int v = 0; v < h.visits_a_day && minute < 1080; ++v) {
            const bool in_yard = v > 0 && v < gathering;
            if (!in_yard) walk(h, d, x, y, minute);
            row(h, t, w, officer, weekday, d, x, y, minute);
            if (in_yard || gathering > 0) table.minute.back() = static_cast<std::int32_t>(in_yard ? table.minute[table.size() - 2] : table.minute.back());
        }
    }

    /// To the next door, to another hamlet now and then (by car, 12 m/s), to the neighbour across the landing at times.
    static void walk(const Habits& h, Draws& d, double& x, double& y, double& minute) {
        const double u = d.uniform();
        if (u < 0.05) return;
        if (u < 0.15) {
            const double to_x = x + h.area_m * (d.uniform() - 0.5), to_y = y + h.area_m * (d.uniform() - 0.5);
            minute += 5 + std::hypot(to_x - x, to_y - y) / 12 / 60;
            x = to_x, y = to_y;
            return;
        }
        x += 120 * (d.uniform() - 0.5), y += 120 * (d.uniform() - 0.5), minute += 2 + 15 * d.uniform();
    }

    void row(const Habits& h, std::int32_t t, std::int32_t w, std::int32_t officer, std::int32_t weekday, Draws& d, double x, double y, double minute) {
        auto m = static_cast<std::int32_t>(minute);
        if (d.uniform() < h.half_hours) m = (m + 15) / 30 * 30;
        else if (d.uniform() < h.five_minutes) m = (m + 2) / 5 * 5;
        if (d.uniform() < h.typo) m = std::clamp(m + static_cast<std::int32_t>(d.below(300)) - 150, 480, 1200);
        const bool cached = d.uniform() < h.cached && table.size() > 0 && table.team.back() == t && table.week.back() == w;
        table.x.push_back(cached ? table.x.back() : x + 12 * d.normal());
        table.y.push_back(cached ? table.y.back() : y + 12 * d.normal());
        table.team.push_back(t), table.officer.push_back(t * 4 + officer), table.week.push_back(w), table.day.push_back(w * 7 + weekday), table.minute.push_back(m);
        table.household.push_back(static_cast<std::int32_t>(table.size()));
        table.text.push_back(d.uniform() < h.favourite ? h.phrase : static_cast<std::int32_t>(d.below(6)));
        table.precise.push_back(1), table.reached.push_back(d.uniform() < h.failures ? 0 : 1), table.number.push_back(table.size());
    }

    Seed seed_;
};

}  // namespace gapmap::test
