#include "analysis/scan_power.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace gapmap;

namespace {

struct Villages {
    std::vector<double> x, y, base;
    [[nodiscard]] ScanData view() const { return {x, y, {}, 1, {}, base}; }
};

Villages villages(std::size_t n) {
    Draws    draws(Seed{1}, 9'413, n);
    Villages v;
    for (std::size_t i = 0; i < n; ++i) {
        v.x.push_back(draws.uniform() * 30'000);
        v.y.push_back(draws.uniform() * 30'000);
        v.base.push_back(200 + draws.below(1'500));
    }
    return v;
}

}  // namespace

TEST_CASE("scan power: the smallest detectable relative risk is detected as often as promised, by scans of other data") {
    const Villages         v = villages(70);
    const ScanPowerOptions o{.cases = 40};
    const ScanPower        answer = scan_minimum_detectable(v.view(), o, {.threads = 2});
    REQUIRE(answer.status == Status::ok);
    CHECK(answer.share >= 0.05);
    CHECK(answer.relative_risk > 2);
    CHECK(answer.relative_risk < 40);
    // A second method: whole scans, each with its own null.
    std::vector<double> weight = v.base;
    for (const std::uint32_t k : answer.cluster) weight[k] *= answer.relative_risk;
    double sum = 0;
    for (const double w : weight) sum += w;
    int found = 0;
    for (std::uint64_t k = 0; k < 200; ++k) {
        Draws                     draws(Seed{5}, 9'414, k);
        std::vector<std::int64_t> cases(weight.size(), 0);
        for (int c = 0; c < 40; ++c) {
            double      u = draws.uniform() * sum;
            std::size_t i = 0;
            while (i + 1 < weight.size() && (u -= weight[i]) >= 0) ++i;
            ++cases[i];
        }
        const ScanResult r = scan(ScanData{v.x, v.y, {}, 1, cases, v.base}, {.replications = 199, .seed = Seed{k + 2}});
        found += !r.clusters.empty() && r.clusters[0].p <= 0.05 ? 1 : 0;
    }
    CHECK(found >= 200 * 0.8 - 24);  // four standard errors, and the coarser p
    CHECK(found <= 200 * 0.8 + 24);
}

TEST_CASE("scan power: more cases detect smaller risks; threads change nothing") {
    const Villages v  = villages(70);
    const auto     ask = [&](std::int64_t cases, unsigned threads) { return scan_minimum_detectable(v.view(), {.cases = cases}, {.threads = threads}); };
    const double   at24 = ask(24, 1).relative_risk, at40 = ask(40, 1).relative_risk, at400 = ask(400, 1).relative_risk;
    CHECK(at24 > at40);
    CHECK(at40 > at400);
    CHECK(ask(40, 3).relative_risk == at40);
    CHECK(ask(40, 8).relative_risk == at40);
}

TEST_CASE("scan power: too few cases, too few places and too large a share are answered with a sentence") {
    const Villages v = villages(70);
    const auto     ask = [](const Villages& at, ScanPowerOptions o) {
        const ScanPower r = scan_minimum_detectable(at.view(), o);
        CHECK(r.status != Status::ok);
        CHECK(std::isnan(r.relative_risk));
        return std::string(r.reason);
    };
    CHECK(ask(v, {.cases = 0}) == "there are no cases");
    CHECK(ask(v, {.cases = 1}) == "there are fewer cases than a cluster must have");
    CHECK(ask(v, {.cases = 2}) == "too few cases: even the largest relative risk would be missed too often");
    CHECK(ask(v, {.cases = 40, .cluster_share = 0.6}) == "no window holds the share of a cluster that was asked for");
    CHECK(ask(v, {.cases = 40, .null_replications = 9}) == "so few replications of the null cannot tell so small a level");
    CHECK(ask(villages(1), {.cases = 40}) == "there are fewer than two places to compare");
    Villages nobody = villages(5);
    for (double& b : nobody.base) b = 0;
    CHECK(ask(nobody, {.cases = 40}) == "nobody is at risk: the base is 0 everywhere");
}
