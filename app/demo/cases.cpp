#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "app/demo/ground_steps.h"
#include "app/demo/records.h"
#include "geo/core/expects.h"

namespace gapmap::demo {
namespace {

struct KindWeight {
    const char* kind;
    double      weight;
};
constexpr std::array<KindWeight, 11> kinds = {{{"刷单返利", 14}, {"虚假网络投资理财", 9}, {"冒充电商物流客服", 8}, {"冒充公检法及政府机关", 6},
                                               {"虚假征信", 5}, {"虚假贷款", 6}, {"冒充领导熟人", 5}, {"网络婚恋交友", 4},
                                               {"虚假购物服务", 6}, {"网络游戏产品虚假交易", 3}, {"其他", 3}}};
// Two losses of 2022 are fixed: the ledger writes them with a unit in the cell.
constexpr std::int64_t with_unit_wan_yuan = 32'000, full_width_yuan = 5'600;
constexpr int          january_to_august_days = 243;
constexpr std::ptrdiff_t told_from            = 3;  // cases that a town must have for its count to be told

class CaseMaker {
public:
    CaseMaker(const Ground& ground, const People& people, Seed seed, std::size_t k) : ground_(ground), people_(people), seed_(seed), k_(k) {}

    void make(Records& records) {
        place_before();
        place_now(records);
        GEO_EXPECTS(before_.size() == cases_before && now_.size() == cases_now);
        finish(before_, 2021, loss_before_yuan, {});
        finish(now_, 2022, loss_now_yuan, {with_unit_wan_yuan, full_width_yuan});
        records.cases = before_;
        records.cases.insert(records.cases.end(), now_.begin(), now_.end());
        share_amounts(records.cases);
    }

private:
    Draws& draws() { return draws_; }

    /// A case at the home of household h. Some rows give only a unit, some only a place.
    Case at_home(std::size_t h, bool exact) {
        const Household& household = people_.households[h];
        Case             made;
        made.location_role = "居住地";
        made.village       = household.village;
        made.place         = moved_m(household.place, 5 * draws().normal(), 5 * draws().normal());
        const double u     = exact ? 0 : draws().uniform();
        made.has_place     = u < 0.8;
        if (u < 0.5 || u >= 0.8) made.unit = unit_code(ground_, household);
        return made;
    }

    std::size_t any_household(const std::function<bool(const Household&)>& accept) {
        while (true) {
            const std::size_t h         = draws().below(static_cast<std::uint32_t>(people_.households.size()));
            const Household&  household = people_.households[h];
            if (draws().below(6) < household.people && !taken_[h] && accept(household)) {
                taken_[h] = true;
                return h;
            }
        }
    }

    /// 2021, before the campaign: anywhere, in proportion to people.
    void place_before() {
        constexpr std::array roles = {"工作单位", "银行", "报案点"};
        for (std::size_t i = 0; i < cases_before; ++i) {
            Case made = at_home(any_household([](const Household&) { return true; }), false);
            if (i % 6 == 5) made.location_role = roles[i / 6 % 3];
            before_.push_back(made);
        }
    }

    /// 2022: where nobody went. Six in the cluster, two in each other planted village, one in each planted grid; then as many elsewhere that every
    /// town has enough to be told, the rest in the county seat, and one met at a bank.
    void place_now(Records& records) {
        place_cluster(records);
        for (std::size_t v = 0; v < ground_.villages.size(); ++v) {
            const Role role = ground_.villages[v].role;
            if (role == Role::planted_village && v != ground_.cluster_a && v != ground_.cluster_b) {
                for (int i = 0; i < 2; ++i) now_.push_back(at_home(any_household([v](const Household& h) { return h.village == v && h.grid == nowhere; }), true));
            }
            if (role == Role::planted_grid) now_.push_back(at_home(any_household([v](const Household& h) { return h.village == v && h.grid != nowhere; }), true));
        }
        const auto role_of = [this](const Household& h) { return ground_.villages[h.village].role; };
        for (std::size_t t = 0; t < ground_.towns.size(); ++t) {
            const auto ordinary_here = [&](const Household& h) { return ground_.villages[h.village].town == t && role_of(h) == Role::ordinary; };
            const auto cases_here    = [&] { return std::ranges::count_if(now_, [&](const Case& c) { return ground_.villages[c.village].town == t; }); };
            while (t != seat_town() && cases_here() < told_from && now_.size() + 1 < cases_now) now_.push_back(at_home(any_household(ordinary_here), false));
        }
        while (now_.size() < cases_now) now_.push_back(at_home(any_household([&](const Household& h) { return role_of(h) == Role::seat; }), false));
        now_.back().location_role = "银行";
    }

    [[nodiscard]] std::size_t seat_town() const {
        return std::ranges::find(ground_.villages, Role::seat, [](const auto& village) { return village.role; })->town;
    }

    /// Three outlying households of each of the two villages, those nearest to where the villages meet.
    void place_cluster(Records& records) {
        Points<Planar> middle;
        const Point<Planar> a = ground_.villages[ground_.cluster_a].seed, b = ground_.villages[ground_.cluster_b].seed;
        middle.push_back({(a.x + b.x) / 2, (a.y + b.y) / 2});
        const Points<Lonlat> degrees = ToLonlat{}(middle);
        records.cluster_centre       = {degrees.x[0], degrees.y[0]};
        for (const std::size_t v : {ground_.cluster_a, ground_.cluster_b}) {
            std::vector<std::size_t> near;
            for (std::size_t h = people_.first[v]; h < people_.first[v + 1]; ++h) if (people_.households[h].grid == nowhere) near.push_back(h);
            std::ranges::sort(near, {}, [&](std::size_t h) { return std::pair{distance_m(people_.households[h].place, records.cluster_centre), h}; });
            for (std::size_t i = 0; i < 3; ++i) {
                taken_[near[i * 7]] = true;
                now_.push_back(at_home(near[i * 7], true));
                now_.back().in_cluster = true;
            }
        }
    }

    std::string draw_kind() {
        double all = 0;
        for (const KindWeight& kind : kinds) all += kind.weight;
        double u = draws().uniform() * all;
        for (const KindWeight& kind : kinds) if ((u -= kind.weight) < 0) return kind.kind;
        return kinds.back().kind;
    }

    /// Dates, codes, types, and losses with a heavy tail that add up to the yuan.
    void finish(std::vector<Case>& cases, int year, std::int64_t total, const std::vector<std::int64_t>& fixed) {
        std::vector<double> weight;
        for (Case& one : cases) {
            one.date = Day::of(year, 1, 1) + static_cast<int>(draws().below(january_to_august_days));
            one.kind = draw_kind();
            weight.push_back(std::exp(1.1 * draws().normal()));
        }
        std::int64_t rest = total;
        for (std::size_t i = 0; i < fixed.size(); ++i) {
            weight[cases.size() - 1 - i] = 0;
            cases[cases.size() - 1 - i].loss_yuan = fixed[i];
            rest -= fixed[i];
        }
        const auto loss = apportion(rest, weight);
        for (std::size_t i = 0; i < cases.size(); ++i) if (weight[i] > 0) cases[i].loss_yuan = loss[i];
        std::ranges::stable_sort(cases, {}, &Case::date);
        for (std::size_t i = 0; i < cases.size(); ++i) cases[i].code = fmt::format("LY-{}-{:03}", year, i + 1);
    }

    static void share_amounts(std::vector<Case>& cases) {
        std::vector<double> loss;
        for (const Case& one : cases) loss.push_back(static_cast<double>(one.loss_yuan));
        const auto stopped = apportion(stopped_yuan, loss), frozen = apportion(frozen_yuan, loss), recovered = apportion(recovered_yuan, loss);
        for (std::size_t i = 0; i < cases.size(); ++i) {
            cases[i].stopped_yuan   = stopped[i];
            cases[i].frozen_yuan    = frozen[i];
            cases[i].recovered_yuan = recovered[i];
        }
    }

    const Ground&     ground_;
    const People&     people_;
    Seed              seed_;
    std::size_t       k_;
    Draws             draws_{seed_, stream_cases, address(k_, 0)};
    std::vector<bool> taken_ = std::vector<bool>(people_.households.size());
    std::vector<Case> before_, now_;
};

}  // namespace

void make_cases(const Ground& ground, const People& people, Seed seed, std::size_t k, Records& records) {
    CaseMaker(ground, people, seed, k).make(records);
}

}  // namespace gapmap::demo
