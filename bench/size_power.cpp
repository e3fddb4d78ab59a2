// Size and power of the findings of a run, by simulation on a county's own ground.
//   bench_size_power COUNTY [NULLS [PLANTED [SAMPLES]]] > table.md
// COUNTY is a folder that has been imported. Each simulated county keeps ground, people and visits and draws its cases anew: every person at equal risk (null), or
// those of one patch at a higher one (planted). Then the methods run as they are shipped, with the policy of county.toml.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>

#include "analysis/change.h"
#include "analysis/losses.h"
#include "app/pipeline/findings/find.h"
#include "app/project/project_file.h"
#include "data/store/store.h"

using namespace gapmap;

namespace {

constexpr std::uint32_t stream = 9901;

/// How the cases of a simulated county come about.
struct Plan {
    std::int64_t               now = 0, before = 0;
    double                     risk = 1;      ///< inside the patch, times that outside; in the period only
    std::vector<std::uint32_t> patch{};       ///< villages
};

/// Draws a county's cases in place of its own.
class County {
public:
    County(Scene scene, Measures measures) : scene_(std::move(scene)), measures_(std::move(measures)) {
        for (const double loss : scene_.cases.loss_yuan) losses_.push_back(loss);
    }
    void draw(const Plan& plan, std::uint64_t number) {
        Draws draws({number}, stream, 0);
        scene_.cases = {};
        for (auto& unit : scene_.cases.place.unit) unit.clear();
        const Policy& p = measures_.policy;
        add(draws, plan.before, {}, 1, p.compare_start, p.compare_end);
        add(draws, plan.now, plan.patch, plan.risk, p.period_start, p.period_end);
        measure_cases(measures_, scene_);
    }
    [[nodiscard]] const Scene&    scene() const { return scene_; }
    [[nodiscard]] const Measures& measures() const { return measures_; }

private:
    void add(Draws& draws, std::int64_t n, const std::vector<std::uint32_t>& patch, double risk, Day first, Day last) {
        std::vector<bool> raised(scene_.units[village].size(), false);
        for (const std::uint32_t v : patch) raised[v] = true;
        std::vector<double> sums(scene_.households.size());
        double              sum = 0;
        for (std::size_t h = 0; h < sums.size(); ++h) {
            const std::int32_t v = scene_.households.place.unit[village][h];
            if (v != nowhere) sum += static_cast<double>(scene_.households.people_at_risk[h]) * (raised[static_cast<std::size_t>(v)] ? risk : 1);
            sums[h] = sum;
        }
        for (std::int64_t c = 0; c < n; ++c) {
            const auto h = static_cast<std::size_t>(std::ranges::upper_bound(sums, draws.uniform() * sum) - sums.begin());
            Cases&     cases = scene_.cases;
            for (std::size_t level = 0; level < level_count; ++level) cases.place.unit[level].push_back(scene_.households.place.unit[level][h]);
            cases.place.point.push_back(scene_.households.place.point.view()[h]);
            cases.place.precision.push_back(scene_.households.place.precision[h]);
            cases.day.push_back(first.days + static_cast<std::int32_t>(draws.below(static_cast<std::uint32_t>(last.days - first.days + 1))));
            cases.loss_yuan.push_back(losses_[draws.below(static_cast<std::uint32_t>(losses_.size()))]);
            for (auto* amount : {&cases.stopped_yuan, &cases.frozen_yuan, &cases.recovered_yuan}) amount->push_back(0);
            cases.at_home.push_back(true);
        }
    }
    Scene               scene_;
    Measures            measures_;
    std::vector<double> losses_;
};

/// What became of one method over many counties.
struct Tally {
    int runs = 0, any = 0, any_plain = 0, hit = 0;  ///< any: something was found; hit: inside the patch
    double tests = 0, flags = 0;
};

void count(Tally& tally, const CountyFinding& f, const std::vector<std::uint32_t>& patch) {
    ++tally.runs;
    bool any = !f.shapes.empty(), plain = false, hit = false;
    for (std::size_t i = 0; i < f.units.size(); ++i) {
        const bool found = f.gate.open && !f.units[i].adjusted.empty();
        any |= found;
        plain |= f.gate.open && !f.units[i].plain.empty();
        hit |= found && std::ranges::find(patch, i) != patch.end();
        tally.flags += found ? 1 : 0;
    }
    for (const TestRegistry::Entry& test : f.tests) {
        tally.tests += static_cast<double>(test.hypotheses);
        if (!f.level || test.id == "change_county") any |= f.gate.open && test.significant > 0;
    }
    tally.any += any ? 1 : 0;
    tally.any_plain += plain ? 1 : 0;
    tally.hit += hit ? 1 : 0;
}

std::map<std::string, Tally> run(County& county, const Plan& plan, const ClusterGate& gate, int counties, std::uint64_t first, bool clusters_only, const Execution& exec) {
    std::map<std::string, Tally> out;
    for (int k = 0; k < counties; ++k) {
        const Seed seed{first + static_cast<std::uint64_t>(k)};
        county.draw(plan, seed.value);
        const Scene&      scene    = county.scene();
        const Measures&   measures = county.measures();
        const CaseGrounds grounds  = case_grounds(scene, measures);
        const auto        add      = [&](const CountyFinding& f) { count(out[f.id], f, plan.patch); };
        add(find_scan(scene, measures, grounds, gate, seed, exec));
        add(find_local(scene, measures, grounds, gate, LocalMethod::gi_star, seed, exec));
        add(find_local(scene, measures, grounds, gate, LocalMethod::moran, seed, exec));
        add(find_relative_risk(scene, measures, grounds, gate, seed, exec).finding);
        if (clusters_only) continue;
        add(find_scan_time(scene, measures, grounds, gate, seed, exec));
        add(find_near_repeats(scene, grounds, seed, exec));
        add(find_trends(scene, measures, grounds));
        add(find_alarms(scene, measures, grounds));
        add(find_change(scene, measures, seed, exec));
        add(find_ranks(scene, measures, seed, exec));
    }
    return out;
}

std::string share(int k, int n) { return fmt::format("{:.1f} %", n == 0 ? 0.0 : 100.0 * k / n); }

/// Coverage of the intervals that the page shows for the change of cases and of losses, where the truth is known.
void print_intervals(const County& county, std::int64_t before, double ratio, int samples) {
    std::vector<double> losses;
    for (const double loss : county.scene().cases.loss_yuan) losses.push_back(loss);
    int cases_in = 0, losses_in = 0;
    for (int k = 0; k < samples; ++k) {
        Draws      draws({static_cast<std::uint64_t>(k) + 50'000}, stream, 1);
        const auto poisson = [&](double mean) {
            std::int64_t n = 0;
            for (double left = std::exp(-mean), u = draws.uniform(); u > left; u *= draws.uniform()) ++n;
            return n;
        };
        const std::int64_t a = poisson(static_cast<double>(before)), b = poisson(static_cast<double>(before) * ratio);
        const auto         change = rate_ratio({a, b, 1, 1});
        cases_in += change && change->low <= ratio && (!change->high || *change->high >= ratio) ? 1 : 0;
        std::vector<double> x, y;
        for (std::int64_t i = 0; i < a; ++i) x.push_back(losses[draws.below(static_cast<std::uint32_t>(losses.size()))]);
        for (std::int64_t i = 0; i < b; ++i) y.push_back(losses[draws.below(static_cast<std::uint32_t>(losses.size()))]);
        const auto interval = change_of_losses(x, y, {.bootstrap = {.seed = {static_cast<std::uint64_t>(k)}}}).interval.interval;
        losses_in += interval && interval->low <= ratio && interval->high >= ratio ? 1 : 0;
    }
    fmt::print("| {} | {:g} | {} | {} |\n", before, ratio, share(cases_in, samples), share(losses_in, samples));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_size_power COUNTY [NULLS [PLANTED [SAMPLES]]]\n");
        return 2;
    }
    const int       nulls = argc > 2 ? std::atoi(argv[2]) : 500, planted = argc > 3 ? std::atoi(argv[3]) : 100, samples = argc > 4 ? std::atoi(argv[4]) : 1000;
    const Execution exec{.threads = 2};
    const Project   project = read_project(argv[1]);
    Store           store   = Store::open(project.store_path());
    Scene           scene   = load_scene(project, store, project.as_of, exec);
    Measures        measures = measure(scene, exec);
    const auto      own_now = measures.now.at_home, own_before = measures.before.at_home;
    const Statistics how = project.statistics;
    County           county(std::move(scene), std::move(measures));
    std::uint64_t    number = 1;

    fmt::print("## Nothing to find\n\n| cases now / before | method | gate open | counties | something found | unadjusted | tests a county |\n|---|---|---|---|---|---|---|\n");
    std::map<std::int64_t, ClusterGate> gates;
    const std::array<Plan, 3> plans{Plan{own_now, own_before}, Plan{100, 120}, Plan{300, 300}};
    for (const Plan& plan : plans) {
        county.draw(plan, number);
        gates[plan.now] = cluster_gate(county.scene(), case_grounds(county.scene(), county.measures()), {1}, exec);
        for (const auto& [id, tally] : run(county, plan, gates[plan.now], nulls, number, false, exec)) {
            fmt::print("| {} / {} | {} | {} | {} | {} | {} | {:.1f} |\n", plan.now, plan.before, id, gates[plan.now].gate.open ? "yes" : "no", tally.runs, share(tally.any, tally.runs), share(tally.any_plain, tally.runs), tally.tests / tally.runs);
        }
        number += static_cast<std::uint64_t>(nulls);
        std::fflush(stdout);
    }
    fmt::print("\n## A planted patch: how often it is found\n\n| cases | risk in the patch | detectable, as printed | scan | Gi* | Moran | relative risk |\n|---|---|---|---|---|---|---|\n");
    for (const Plan& plain : plans) {
        const ScanPower& power = gates[plain.now].power;
        ClusterGate      open  = gates[plain.now];
        open.gate.open         = true;  // what the tests themselves can do
        std::vector<double> risks{1.5, 2, 3, 5, 10, 20};
        if (std::isfinite(power.relative_risk)) risks.push_back(power.relative_risk);
        std::ranges::sort(risks);
        for (const double risk : risks) {
            auto tallies = run(county, {plain.now, plain.before, risk, power.cluster}, open, planted, number, true, exec);
            number += static_cast<std::uint64_t>(planted);
            fmt::print("| {} | {:.2f} | {:.2f} | {} | {} | {} | {} |\n", plain.now, risk, power.relative_risk, share(tallies["scan"].hit, planted), share(tallies["gistar"].hit, planted), share(tallies["moran"].hit, planted), share(tallies["relative_risk"].any, planted));
            std::fflush(stdout);
        }
    }
    fmt::print("\n## Intervals\n\n| cases before | true ratio | change of cases covers | change of losses covers |\n|---|---|---|---|\n");
    for (const std::int64_t before : {48, 200}) {
        for (const double ratio : {0.5, 1.0}) print_intervals(county, before, ratio, samples);
    }
    fmt::print("\nPolicy: alpha {:g}, {} permutations, {} replications, windows up to {:g} % of the people, gate at a relative risk of {:g}.\n", how.alpha, how.permutations, how.replications, 100 * how.scan_max_share, how.largest_risk);
    return 0;
}
