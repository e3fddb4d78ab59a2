#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "analysis/risk_envelope.h"

using namespace gapmap;

namespace {

/// A county of 400 homes, thick in the west, and places to look from.
struct County {
    Points<Planar>      homes, places;
    std::vector<double> people;
    County() {
        Draws draws({7}, 1, 0);
        for (int i = 0; i < 400; ++i) {
            const double u = draws.uniform();
            homes.push_back({10'000 * u * u, 10'000 * draws.uniform()});
            people.push_back(1 + draws.below(5));
        }
        for (int x = 0; x < 20; ++x) {
            for (int y = 0; y < 20; ++y) places.push_back({250.0 + 500 * x, 250.0 + 500 * y});
        }
    }
    [[nodiscard]] Points<Planar> cases(std::uint64_t week, int n, int planted) const {
        double total = 0;
        for (const double w : people) total += w;
        Draws          draws({week}, 2, 0);
        Points<Planar> out;
        for (int c = 0; c < n; ++c) {
            double      left = draws.uniform() * total;
            std::size_t home = 0;
            while (home + 1 < people.size() && left >= people[home]) left -= people[home++];
            out.push_back(homes.view()[home]);
        }
        for (int c = 0; c < planted; ++c) out.push_back({8000 + 300 * draws.uniform(), 8000 + 300 * draws.uniform()});
        return out;
    }
    [[nodiscard]] RiskEnvelope look(const Points<Planar>& cases, unsigned threads = 1) const {
        return risk_envelope(cases.view(), homes.view(), people, places.view(), {.bandwidth = {2000, 2000}, .replications = 99}, {.threads = threads});
    }
};

double least(const std::vector<double>& p) {
    double out = 1;
    for (const double v : p) out = v < out ? v : out;
    return out;
}

}  // namespace

TEST_CASE("where everybody is at equal risk the map as a whole is wrong in at most 5 % of the weeks") {
    const County county;
    int          wrong = 0;
    for (std::uint64_t week = 0; week < 400; ++week) wrong += least(county.look(county.cases(week, 30, 0)).p) <= 0.05 ? 1 : 0;
    CHECK(wrong >= 8);   // 20 are expected; 4.4 standard deviations each way would not be chance
    CHECK(wrong <= 38);
}

TEST_CASE("a planted patch is found at its place and nowhere else") {
    const County county;
    const auto   found = county.look(county.cases(5, 20, 12));
    for (std::size_t i = 0; i < found.p.size(); ++i) {
        const Point<Planar> place = county.places.view()[i];
        if (found.p[i] <= 0.05) CHECK(std::hypot(place.x - 8150, place.y - 8150) < 2500);
    }
    CHECK(least(found.p) == 0.01);
}

TEST_CASE("neither threads nor the order of cases change the envelope") {
    const County   county;
    Points<Planar> cases = county.cases(3, 25, 3);
    const auto     one   = county.look(cases);
    for (const unsigned threads : {2U, 3U, 8U}) CHECK(county.look(cases, threads).p.size() == one.p.size());
    std::ranges::reverse(cases.x);
    std::ranges::reverse(cases.y);
    const auto other = county.look(cases, 3);
    for (std::size_t i = 0; i < one.p.size(); ++i) {
        CHECK(std::isnan(one.p[i]) == std::isnan(other.p[i]));
        if (!std::isnan(one.p[i])) CHECK(one.p[i] == other.p[i]);
    }
}

TEST_CASE("without cases, people or people enough there is a reason instead of a p") {
    const County county;
    CHECK(county.look({}).status == Status::missing);
    const std::vector<double> nobody(county.people.size(), 0);
    const auto cases = county.cases(1, 10, 0);
    CHECK(risk_envelope(cases.view(), county.homes.view(), nobody, county.places.view(), {.bandwidth = {2000, 2000}}).reason == "nobody is at risk");
    const Points<Planar> far{{90'000}, {90'000}};
    CHECK(risk_envelope(cases.view(), county.homes.view(), county.people, far.view(), {.bandwidth = {2000, 2000}}).status == Status::too_few);
}
