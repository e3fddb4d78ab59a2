#include "analysis/withhold.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

using Counts = std::vector<std::int64_t>;

/// Villages drawn town by town: {{3, 3, 4}, {1, 0, 1}}; towns and county are their sums.
struct County {
    Counts                    villages, towns;
    std::vector<std::int32_t> town_of;
    std::int64_t              total = 0;

    explicit County(const std::vector<Counts>& drawn) {
        for (const Counts& town : drawn) {
            for (const std::int64_t count : town) {
                villages.push_back(count);
                town_of.push_back(static_cast<std::int32_t>(towns.size()));
            }
            towns.push_back(std::accumulate(town.begin(), town.end(), std::int64_t{0}));
            total += towns.back();
        }
    }
    [[nodiscard]] WithheldTable withheld() const {
        const std::vector<double> village_base(villages.size(), 100.0), town_base(towns.size(), 300.0);
        return withhold_small_counts({villages, village_base, town_of}, {towns, town_base, {}}, total, 3);
    }
};

std::vector<bool> hides(std::initializer_list<int> marks) { return std::vector<bool>(marks.begin(), marks.end()); }

/// Calls `visit` with every way to fill the hidden villages that agrees with what is seen.
void every_reading(const County& county, const WithheldTable& published, const std::function<void(const Counts&, const Counts&)>& visit) {
    Counts       villages(county.villages.size()), towns(county.towns.size(), 0);
    const auto   walk = [&](auto&& self, std::size_t at, std::int64_t left) -> void {
        if (at == villages.size()) {
            if (!published.total_hidden && left != 0) return;
            for (std::size_t t = 0; t < towns.size(); ++t) if (!published.upper.hidden[t] && towns[t] != county.towns[t]) return;
            return visit(villages, towns);
        }
        const auto         town = static_cast<std::size_t>(county.town_of[at]);
        const bool         open = published.lower.hidden[at];
        const std::int64_t low = open ? 0 : county.villages[at], high = open ? left : county.villages[at];
        for (std::int64_t v = low; v <= std::min(high, left); ++v) {
            villages[at] = v;
            towns[town] += v;
            self(self, at + 1, left - v);
            towns[town] -= v;
        }
    };
    walk(walk, 0, published.total_hidden ? 8 : county.total);
}

}  // namespace

TEST_CASE("a single small count takes others with it until what is hidden sums to the threshold") {
    const auto out = County({{1, 5, 4, 7}, {9, 9, 9}}).withheld();
    CHECK(out.lower.hidden == hides({1, 0, 1, 0, 0, 0, 0}));
    CHECK(out.lower.pool[0] == out.lower.pool[2]);  // 1 and 4 count as five of two villages
    CHECK(out.lower.pool_counts[out.lower.pool[0]] == 5);
    CHECK(out.lower.pool_base[out.lower.pool[0]] == 200);
    CHECK(out.lower.pool_counts[out.lower.pool[1]] == 5);
    CHECK(out.upper.hidden == hides({0, 0}));
}

TEST_CASE("small counts that all stand at their upper end do not give themselves away") {
    CHECK(County({{2, 2, 4}, {9, 9, 9}}).withheld().lower.hidden == hides({1, 1, 1, 0, 0, 0}));
}

TEST_CASE("zeros that would follow from the town's total are hidden with a count that does not") {
    CHECK(County({{4, 0, 0}, {9, 9, 9}}).withheld().lower.hidden == hides({1, 1, 1, 0, 0, 0}));
}

TEST_CASE("a small town is not given away by the villages of the town that was hidden for its sake") {
    const auto out = County({{3, 3, 4}, {1, 0, 1}}).withheld();
    CHECK(out.upper.hidden == hides({1, 1}));
    CHECK(out.lower.hidden == hides({1, 1, 0, 1, 1, 1}));
}

TEST_CASE("a county's total below the threshold is hidden with all below it, zero is not") {
    const auto out = County({{1, 0}, {1, 0}}).withheld();
    CHECK(out.total_hidden);
    CHECK_FALSE(County({{0, 0}, {0, 0}}).withheld().total_hidden);
}

TEST_CASE("whoever tries every reading of a published county finds no hidden count and no small sum of hidden ones") {
    std::size_t hidden_seen = 0;
    for (std::uint64_t trial = 0; trial < 1500; ++trial) {
        Draws               draws(Seed{3}, 4, trial);
        std::vector<Counts> drawn(1 + draws.below(3));
        for (Counts& town : drawn) {
            for (std::size_t v = 1 + draws.below(3); v-- > 0;) town.push_back(draws.below(3) == 0 ? draws.below(7) : draws.below(3));
        }
        const County        county(drawn);
        const WithheldTable out = county.withheld();
        if (county.total == 0 || county.total > 14) continue;
        CAPTURE(trial);
        std::vector<std::set<std::int64_t>> village_values(county.villages.size()), town_values(county.towns.size());
        every_reading(county, out, [&](const Counts& villages, const Counts& towns) {
            for (std::size_t v = 0; v < villages.size(); ++v) village_values[v].insert(villages[v]);
            for (std::size_t t = 0; t < towns.size(); ++t) town_values[t].insert(towns[t]);
        });
        for (std::size_t v = 0; v < village_values.size(); ++v) {
            if (!out.lower.hidden[v]) continue;
            ++hidden_seen;
            CHECK(village_values[v].size() > 1);
        }
        for (std::size_t t = 0; t < town_values.size(); ++t) {
            if (out.upper.hidden[t]) CHECK(town_values[t].size() > 1);
            std::int64_t sum = 0, parts = 0;
            for (std::size_t v = 0; v < county.villages.size(); ++v) {
                if (county.town_of[v] == static_cast<std::int32_t>(t) && out.lower.hidden[v]) sum += county.villages[v], ++parts;
            }
            if (!out.upper.hidden[t] && parts > 0) CHECK(sum >= 3);
        }
        const double pool = std::accumulate(out.lower.pool_counts.begin(), out.lower.pool_counts.end(), 0.0);
        CHECK(pool == doctest::Approx(static_cast<double>(county.total)));
    }
    CHECK(hidden_seen > 2'000);
}
