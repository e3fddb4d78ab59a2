#include "analysis/scan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

#include "analysis/scan_lanes.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

struct Ground {
    std::vector<double>       x, y, z;
    std::size_t               intervals = 1;
    std::vector<std::int64_t> cases;
    std::vector<double>       base;
    [[nodiscard]] ScanData view() const { return {x, y, z, intervals, cases, base}; }
    [[nodiscard]] std::int64_t total() const { return std::accumulate(cases.begin(), cases.end(), std::int64_t{0}); }
};

Ground random_ground(std::uint64_t seed, std::size_t n, std::size_t intervals, ScanModel model, bool lattice) {
    Draws  draws(Seed{seed}, 9'410, n);
    Ground g;
    g.intervals = intervals;
    for (std::size_t i = 0; i < n; ++i) {
        g.x.push_back(lattice ? draws.below(4) : draws.uniform() * 10);
        g.y.push_back(lattice ? draws.below(4) : draws.uniform() * 10);
        for (std::size_t t = 0; t < intervals; ++t) {
            const double base = 1 + draws.below(30);
            g.cases.push_back(draws.below(model == ScanModel::bernoulli ? static_cast<std::uint32_t>(base) + 1 : 6));
            if (model != ScanModel::permutation) g.base.push_back(base);
        }
    }
    return g;
}

/// Everything from its definition: sets of places by distance with ties in the order of x, then y.
struct Brute {
    double                  llr = 0;
    std::set<std::uint32_t> members;
    std::size_t             first = 0, last = 0;
};

double ratio_of(const ScanOptions& o, double c, double m, double cases, double total) {
    const double e = m * cases / total;
    if (c > e ? (o.side == ScanSide::low || c < static_cast<double>(o.min_cases)) : o.side == ScanSide::high) return 0;
    if (m <= 0 || m >= total) return 0;
    const auto term = [](double a, double b) { return a > 0 ? a * std::log(a / b) : 0; };
    if (o.model != ScanModel::bernoulli) return term(c, e) + term(cases - c, cases - e);
    const double q = cases / total;
    return term(c, m * q) + term(m - c, m * (1 - q)) + term(cases - c, (total - m) * q) + term(total - m - cases + c, (total - m) * (1 - q));
}

Brute brute_force(const Ground& g, const ScanOptions& o, std::span<const std::int64_t> cases) {
    const std::size_t   n = g.x.size(), t = g.intervals;
    const double        all = static_cast<double>(g.total());
    std::vector<double> measure(n * t);
    for (std::size_t k = 0; k < n * t; ++k) {
        if (o.model != ScanModel::permutation) {
            measure[k] = g.base[k];
            continue;
        }
        double row = 0, column = 0;
        for (std::size_t s = 0; s < t; ++s) row += static_cast<double>(g.cases[k / t * t + s]);
        for (std::size_t i = 0; i < n; ++i) column += static_cast<double>(g.cases[i * t + k % t]);
        measure[k] = row * column / all;
    }
    const double total = std::accumulate(measure.begin(), measure.end(), 0.0);
    std::map<std::pair<double, double>, std::vector<std::uint32_t>> sites;
    for (std::uint32_t i = 0; i < n; ++i) sites[{g.x[i], g.y[i]}].push_back(i);
    Brute best;
    for (const ScanShape& shape : scan_shapes(o)) {
        const double angle = shape.angle_deg * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
        for (const auto& [centre, unused] : sites) {
            std::vector<std::pair<double, std::pair<double, double>>> order;
            for (const auto& [at, places] : sites) {
                const double dx = at.first - centre.first, dy = at.second - centre.second, u = shape.shape == 1 ? dx : (dx * c + dy * s) / shape.shape, v = shape.shape == 1 ? dy : dy * c - dx * s;
                order.emplace_back(u * u + v * v, at);
            }
            std::ranges::sort(order);
            std::set<std::uint32_t> members;
            double                  share = 0;
            for (const auto& [d2, at] : order) {
                if (o.max_radius > 0 && std::sqrt(d2) > o.max_radius) break;
                for (const std::uint32_t i : sites[at]) {
                    for (std::size_t k = 0; k < t; ++k) share += measure[i * t + k] / total;
                    members.insert(i);
                }
                if (share > o.max_share + 1e-12) break;
                for (std::size_t first = 0; first < t; ++first) {
                    for (std::size_t last = first; last < t && last - first < o.max_intervals; ++last) {
                        if (o.prospective && last + 1 != t) continue;
                        double inside = 0, m = 0;
                        for (const std::uint32_t i : members) {
                            for (std::size_t k = first; k <= last; ++k) {
                                inside += static_cast<double>(cases[i * t + k]);
                                m += measure[i * t + k];
                            }
                        }
                        const double llr = ratio_of(o, inside, m, all, total) * shape.factor;
                        if (llr > best.llr + 1e-9) best = {llr, members, first, last};
                    }
                }
            }
        }
    }
    return best;
}

Ground permuted(const Ground& g, std::vector<std::uint32_t>& from) {
    Draws draws(Seed{3}, 9'411, g.x.size());
    from.resize(g.x.size());
    std::iota(from.begin(), from.end(), 0U);
    for (std::size_t k = from.size(); k > 1; --k) std::swap(from[k - 1], from[draws.below(static_cast<std::uint32_t>(k))]);
    Ground out;
    out.intervals = g.intervals;
    for (const std::uint32_t i : from) {
        out.x.push_back(g.x[i]);
        out.y.push_back(g.y[i]);
        for (std::size_t t = 0; t < g.intervals; ++t) {
            out.cases.push_back(g.cases[i * g.intervals + t]);
            if (!g.base.empty()) out.base.push_back(g.base[i * g.intervals + t]);
        }
    }
    return out;
}

void check_same(const ScanResult& a, const ScanResult& b) {
    CHECK(a.maxima == b.maxima);
    REQUIRE(a.clusters.size() == b.clusters.size());
    for (std::size_t k = 0; k < a.clusters.size(); ++k) {
        CHECK(a.clusters[k].members == b.clusters[k].members);
        CHECK(a.clusters[k].llr == b.clusters[k].llr);
        CHECK(a.clusters[k].p == b.clusters[k].p);
    }
}

}  // namespace

TEST_CASE("scan finds the best window that brute force finds, for every model, side, shape and way of time") {
    std::size_t compared = 0;
    for (const ScanModel model : {ScanModel::poisson, ScanModel::bernoulli, ScanModel::permutation}) {
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            const std::size_t intervals = model == ScanModel::permutation ? 2 + seed % 5 : seed % 3 == 0 ? 4 : 1;
            const Ground      g = random_ground(seed, 3 + seed % 10, intervals, model, seed % 4 == 1);
            if (g.total() == 0) continue;
            ScanOptions o{.model = model, .side = static_cast<ScanSide>(seed % 3), .max_share = seed % 5 == 0 ? 0.3 : 0.5, .max_radius = seed % 7 == 0 ? 4.0 : 0.0, .ellipses = seed % 6 == 2,
                          .penalty = seed % 12 == 2 ? 0.5 : 0, .max_intervals = std::max<std::size_t>(1, intervals / 2), .prospective = seed % 9 == 0, .min_cases = seed % 2 == 0 ? 2 : 1, .replications = 9};
            const ScanResult found  = scan(g.view(), o);
            const Brute      wanted = brute_force(g, o, g.cases);
            if (found.status != Status::ok || wanted.llr < 0.001) continue;
            CAPTURE(seed);
            CAPTURE(static_cast<int>(model));
            REQUIRE(!found.clusters.empty());
            CHECK(found.clusters[0].llr == doctest::Approx(wanted.llr).epsilon(1e-10));
            // Of equal windows another one may be reported; then it must be as good.
            const std::set<std::uint32_t> members(found.clusters[0].members.begin(), found.clusters[0].members.end());
            if (members == wanted.members) CHECK(found.clusters[0].last >= found.clusters[0].first);
            ++compared;
        }
    }
    CHECK(compared > 120);
}

TEST_CASE("scan: the record of each replication is that of brute force on the same simulated data, batches of all widths included") {
    for (const ScanModel model : {ScanModel::poisson, ScanModel::bernoulli, ScanModel::permutation}) {
        for (const ScanSide side : {ScanSide::high, ScanSide::low, ScanSide::both}) {
            const std::size_t intervals = model == ScanModel::permutation ? 5 : 1;
            const Ground      g = random_ground(17, 11, intervals, model, false);
            const ScanOptions o{.model = model, .side = side, .max_intervals = 3, .replications = 150};
            const ScanSites   sites = scan_sites(g.view(), model, {});
            const ScanNull    null(sites, model, o.seed, 0);
            const auto        maxima = scan_maxima(sites, o, 0, {});
            REQUIRE(maxima.size() == 150);
            for (std::uint32_t r = 0; r < 150; r += 7) {
                std::vector<std::int32_t> counts(sites.cases.size());
                null.draw(r, counts);
                CHECK(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) == g.total());
                std::vector<std::int64_t> simulated(g.cases.size());
                for (std::size_t s = 0; s < sites.size(); ++s) {
                    for (std::size_t t = 0; t < intervals; ++t) simulated[sites.places_of(s)[0] * intervals + t] = counts[s * intervals + t];
                }
                CHECK(maxima[r] == doctest::Approx(brute_force(g, o, simulated).llr).epsilon(1e-10));
            }
        }
    }
}

TEST_CASE("scan: 32-bit counts give what brute force gives, where the cases are too many for 16 bits") {
    Ground g = random_ground(5, 12, 1, ScanModel::poisson, false);
    for (auto& c : g.cases) c = c * 4'000 + 7'000;
    for (const ScanSide side : {ScanSide::high, ScanSide::low}) {
        const ScanOptions o{.side = side, .replications = 70};
        const ScanSites   sites = scan_sites(g.view(), o.model, {});
        REQUIRE(sites.total_cases > 65'535);
        const ScanNull null(sites, o.model, o.seed, 0);
        const auto     maxima = scan_maxima(sites, o, 0, {});
        for (std::uint32_t r = 0; r < 70; r += 9) {
            std::vector<std::int32_t> counts(sites.cases.size());
            null.draw(r, counts);
            std::vector<std::int64_t> simulated(g.cases.size());
            for (std::size_t s = 0; s < sites.size(); ++s) simulated[sites.places_of(s)[0]] = counts[s];
            CHECK(maxima[r] == doctest::Approx(brute_force(g, o, simulated).llr).epsilon(1e-10));
        }
    }
}

TEST_CASE("scan: results are the same for 1, 2, 3 and 8 threads, and with many batches that are regrouped") {
    for (const std::size_t intervals : {std::size_t{1}, std::size_t{4}}) {
        const Ground g = random_ground(4, 320, intervals, ScanModel::poisson, false);
        const ScanOptions o{.side = ScanSide::both, .max_intervals = 2, .replications = 299};
        const ScanResult  one = scan(g.view(), o, {.threads = 1});
        for (const unsigned threads : {2U, 3U, 8U}) check_same(one, scan(g.view(), o, {.threads = threads}));
    }
}

TEST_CASE("scan: the order of rows changes nothing but the numbers of the members") {
    for (const bool lattice : {false, true}) {
        const Ground               g = random_ground(8, 40, 3, ScanModel::poisson, lattice);
        std::vector<std::uint32_t> from;
        const Ground               h = permuted(g, from);
        const ScanOptions          o{.max_intervals = 2, .replications = 99};
        const ScanResult           a = scan(g.view(), o), b = scan(h.view(), o);
        for (std::size_t r = 0; r < 99; ++r) CHECK(a.maxima[r] == doctest::Approx(b.maxima[r]).epsilon(1e-12));
        REQUIRE(!a.clusters.empty());
        CHECK(a.clusters[0].llr == doctest::Approx(b.clusters[0].llr).epsilon(1e-12));
        CHECK(a.clusters[0].p == b.clusters[0].p);
        std::set<std::uint32_t> back;
        for (const std::uint32_t m : b.clusters[0].members) back.insert(from[m]);
        CHECK(back == std::set<std::uint32_t>(a.clusters[0].members.begin(), a.clusters[0].members.end()));
    }
}

TEST_CASE("scan: moving and scaling the ground, and scaling the base, change nothing") {
    const Ground      g = random_ground(2, 30, 1, ScanModel::poisson, true);
    const ScanOptions o{.replications = 99};
    const ScanResult  a = scan(g.view(), o);
    Ground            h = g;
    for (std::size_t i = 0; i < h.x.size(); ++i) {
        h.x[i] = h.x[i] * 4 + 1024;
        h.y[i] = h.y[i] * 4 - 512;
        h.base[i] *= 8;
    }
    const ScanResult b = scan(h.view(), o);
    check_same(a, b);
    CHECK(b.clusters[0].radius == doctest::Approx(4 * a.clusters[0].radius));
}

TEST_CASE("scan: without a cluster p is uniform") {
    Ground g = random_ground(12, 25, 1, ScanModel::poisson, false);
    for (double& b : g.base) b *= 3;
    std::vector<double> p;
    for (std::uint64_t k = 0; k < 400; ++k) {
        // Data from the null itself, by other draws than the replications.
        std::ranges::fill(g.cases, 0);
        std::vector<double> upto(g.base.size());
        std::partial_sum(g.base.begin(), g.base.end(), upto.begin());
        Draws draws(Seed{77}, 9'412, k);
        for (int c = 0; c < 200; ++c) ++g.cases[static_cast<std::size_t>(std::upper_bound(upto.begin(), upto.end(), draws.uniform() * upto.back()) - upto.begin())];
        p.push_back(scan(g.view(), {.replications = 99, .seed = Seed{k + 1}}).clusters.at(0).p);
    }
    std::ranges::sort(p);
    double distance = 0;
    for (std::size_t k = 0; k < p.size(); ++k) distance = std::max(distance, std::abs(static_cast<double>(k + 1) / 400 - p[k]));
    CHECK(distance < 1.63 / 20 + 0.01);  // Kolmogorov at 1 %, and the step of p
    CHECK(std::ranges::count_if(p, [](double v) { return v <= 0.05; }) <= 34);  // 20 expected, standard deviation 4.4
}

TEST_CASE("scan: a planted cluster is found where it is, high and low, and ends where time says") {
    Ground g;
    g.intervals = 6;
    for (int i = 0; i < 10; ++i) {
        for (int j = 0; j < 10; ++j) {
            g.x.push_back(i);
            g.y.push_back(j);
            for (int t = 0; t < 6; ++t) {
                g.base.push_back(100);
                g.cases.push_back(i < 3 && j < 3 && i + j < 4 && t >= 4 ? 20 : i > 7 && j > 7 && t < 2 ? 0 : 4);
            }
        }
    }
    const ScanResult high = scan(g.view(), {.max_intervals = 3, .replications = 199});
    CHECK(high.clusters.at(0).members.size() == 8);
    CHECK(high.clusters[0].first == 4);
    CHECK(high.clusters[0].last == 5);
    CHECK(high.clusters[0].observed == 8 * 2 * 20);
    CHECK(high.clusters[0].p == doctest::Approx(1.0 / 200));
    const ScanResult alive = scan(g.view(), {.max_intervals = 3, .prospective = true, .replications = 199});
    CHECK(alive.clusters.at(0).members == high.clusters[0].members);
    const ScanResult low = scan(g.view(), {.side = ScanSide::low, .max_intervals = 3, .replications = 199});
    CHECK(low.clusters.at(0).observed == 0);
    CHECK(low.clusters[0].first == 0);
    CHECK(low.clusters[0].last == 1);
}

TEST_CASE("scan: reported clusters share no place and time, and come with falling ratios") {
    const Ground     g = random_ground(31, 60, 5, ScanModel::poisson, false);
    const ScanResult r = scan(g.view(), {.max_intervals = 2, .replications = 199});
    std::set<std::pair<std::uint32_t, std::size_t>> taken;
    for (std::size_t k = 0; k < r.clusters.size(); ++k) {
        if (k > 0) CHECK(r.clusters[k].llr <= r.clusters[k - 1].llr * (1 + 1e-9));
        for (const std::uint32_t m : r.clusters[k].members) {
            for (std::size_t t = r.clusters[k].first; t <= r.clusters[k].last; ++t) CHECK(taken.emplace(m, t).second);
        }
    }
}

TEST_CASE("scan: a sequential scan finds the second cluster that the first one overshadows, against a null of its own") {
    Ground g;
    for (int i = 0; i < 12; ++i) {
        for (int j = 0; j < 12; ++j) {
            g.x.push_back(i);
            g.y.push_back(j);
            g.base.push_back(100);
            g.cases.push_back(i < 2 && j < 2 ? 60 : i > 9 && j > 9 ? 12 : 4);
        }
    }
    const ScanResult plain = scan(g.view(), {.replications = 199}), sequential = scan(g.view(), {.replications = 199, .sequential = true});
    REQUIRE(sequential.clusters.size() >= 2);
    CHECK(sequential.clusters[0].p == plain.clusters[0].p);
    CHECK(sequential.clusters[1].observed == 48);
    CHECK(sequential.clusters[1].llr > plain.clusters[1].llr);  // the first cluster no longer swells the expected counts
    for (std::size_t k = 0; k + 1 < sequential.clusters.size(); ++k) CHECK(sequential.clusters[k].p <= 0.05);
}

TEST_CASE("scan: Gini prefers two small clusters to the large one that holds both") {
    Ground g;
    for (int i = 0; i < 20; ++i) {
        g.x.push_back(i);
        g.y.push_back(0);
        g.base.push_back(100);
        g.cases.push_back(i == 4 || i == 8 ? 100 : 20);
    }
    const ScanResult gini = scan(g.view(), {.max_share = 0.5, .replications = 199, .gini = true});
    REQUIRE(gini.clusters.size() == 2);
    CHECK(gini.clusters[0].members.size() == 1);
    CHECK(gini.clusters[1].members.size() == 1);
    CHECK(gini.gini == doctest::Approx(200.0 / 560 - 0.1));  // Lorenz curve by hand: from (0, 0) to (0.1, 200/560) to (1, 1)
}

TEST_CASE("scan: the ratio by hand, and ties of replications count") {
    CHECK(scan_llr_poisson(2359, 2008.222860432012, 10279) == doctest::Approx(36.53861580881818).epsilon(1e-10));
    CHECK(scan_llr_bernoulli(4, 4, 62, 203) == doctest::Approx(4.836516).epsilon(1e-6));
    CHECK(scan_llr_poisson(0, 0, 5) == 0);
    CHECK(scan_llr_poisson(5, 5, 5) == 0);
    CHECK(scan_llr_poisson(5, 1, 5) == doctest::Approx(5 * std::log(5.0)));
    // Two places, one individual each, one a case: every replication has the observed best window.
    const Ground g{{0, 1}, {0, 0}, {}, 1, {1, 0}, {1, 1}};
    const auto   r = scan(g.view(), {.model = ScanModel::bernoulli, .min_cases = 1, .replications = 19});
    REQUIRE(r.clusters.size() == 1);
    CHECK(r.clusters[0].p == 1);
    CHECK(std::isinf(r.clusters[0].relative_risk));
    CHECK(std::isnan(r.clusters[0].p_gumbel));  // maxima without spread
}

TEST_CASE("scan: what cannot be answered has a status and a sentence") {
    const ScanOptions few{.replications = 9};
    const auto ask = [&](const Ground& g, ScanOptions o) {
        const ScanResult r = scan(g.view(), o);
        CHECK(r.clusters.empty());
        CHECK(r.status != Status::ok);
        return std::string(r.reason);
    };
    CHECK(ask({}, few) == "there are no places");
    CHECK(ask({{0, 1}, {0, 0}, {}, 1, {0, 0}, {5, 5}}, few) == "there are no cases");
    CHECK(ask({{0, 1}, {0, 0}, {}, 1, {0, 0}, {0, 0}}, few) == "there are no cases");
    CHECK(ask({{3, 3, 3}, {4, 4, 4}, {}, 1, {1, 2, 0}, {5, 5, 5}}, few) == "all places are one point: there is nothing to compare");
    CHECK(ask({{0}, {0}, {}, 1, {3}, {9}}, few) == "all places are one point: there is nothing to compare");
    CHECK(ask({{0, 1}, {0, 0}, {}, 1, {5, 5}, {5, 5}}, {.model = ScanModel::bernoulli, .replications = 9}) == "there are no controls: the cases are all of the base");
    CHECK(ask({{0, 1}, {0, 0}, {}, 1, {5, 5}, {}}, {.model = ScanModel::permutation, .replications = 9}) == "there is one interval of time only: a space-time permutation needs two");
    CHECK(ask({{0, 1}, {0, 0}, {}, 1, {5, 5}, {50, 50}}, {.max_share = 0.2, .replications = 9}) == "every place alone is larger than the largest window");
}

TEST_CASE("scan: one case, equal rates everywhere and a limit smaller than any distance are answered without a cluster or with single places") {
    const ScanResult one = scan(Ground{{0, 1, 2}, {0, 0, 0}, {}, 1, {1, 0, 0}, {5, 5, 5}}.view(), {.replications = 19});
    CHECK(one.status == Status::ok);
    CHECK(one.clusters.empty());  // a high window needs two cases
    CHECK(std::string(one.reason).starts_with("no window"));
    const ScanResult equal = scan(Ground{{0, 1, 2, 3}, {0, 0, 0, 0}, {}, 1, {5, 5, 5, 5}, {50, 50, 50, 50}}.view(), {.replications = 19});
    CHECK(equal.clusters.empty());
    const ScanResult single = scan(Ground{{0, 10, 20}, {0, 0, 0}, {}, 1, {9, 1, 1}, {50, 50, 50}}.view(), {.max_radius = 1, .replications = 19});
    REQUIRE(!single.clusters.empty());
    CHECK(single.clusters[0].members == std::vector<std::uint32_t>{0});
    CHECK(single.clusters[0].radius == 0);
}

TEST_CASE("scan: broken preconditions are told, not computed with") {
    CHECK_THROWS_AS((void)scan(Ground{{0, NAN}, {0, 0}, {}, 1, {1, 1}, {5, 5}}.view(), {}), PreconditionError);
    CHECK_THROWS_AS((void)scan(Ground{{0, 1}, {0, 0}, {}, 1, {1, 1}, {5, 0}}.view(), {}), PreconditionError);
    CHECK_THROWS_AS((void)scan(Ground{{0, 1}, {0, 0}, {}, 1, {6, 1}, {5, 5}}.view(), {.model = ScanModel::bernoulli}), PreconditionError);
    CHECK_THROWS_AS((void)scan(Ground{{0, 1}, {0, 0}, {}, 1, {1, 1}, {5, NAN}}.view(), {}), PreconditionError);
}

TEST_CASE("scan: Gumbel's tail agrees with the share of maxima beyond") {
    const Ground      g = random_ground(6, 60, 1, ScanModel::poisson, false);
    const ScanResult  r = scan(g.view(), {.replications = 1'999});
    std::vector<double> sorted = r.maxima;
    std::ranges::sort(sorted);
    for (const std::size_t k : {std::size_t{1'000}, std::size_t{1'800}, std::size_t{1'950}}) {
        CHECK(std::abs(scan_gumbel_p(sorted[k], r.maxima) - static_cast<double>(1'999 - k) / 1'999) < 0.02);
    }
}
