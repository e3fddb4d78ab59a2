#include "app/demo/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/demo/ground_steps.h"
#include "geo/core/expects.h"

namespace gapmap::demo {
namespace {

constexpr std::array organisation_names = {
    "县教体局", "县公安局", "县民政局", "县司法局", "县财政局", "县人社局", "县自然资源局", "县住建局", "县交通局", "县水利局",
    "县农业农村局", "县文旅局", "县卫健局", "县应急局", "县审计局", "县市场监管局", "县统计局", "县医保局", "县信访局", "县林业局",
    "县乡村振兴局", "县行政审批局", "县法院", "县检察院", "县总工会", "团县委", "县妇联", "县科协", "县工商联", "县残联",
    "县供销社", "县税务局", "县气象局", "县邮政公司", "县电力局", "县农商银行", "县医院", "县职教中心", "县融媒体中心", "县档案馆"};

Points<Lonlat> seeds_of(const Ground& ground) {
    Points<Planar> points;
    for (const Village& village : ground.villages) points.push_back(village.seed);
    return ToLonlat{}(points);
}

std::vector<double> weights_of(const People& people, std::size_t villages, bool at_risk) {
    std::vector<double> weight(villages);
    for (const Household& household : people.households) weight[household.village] += at_risk ? household.at_risk : household.people;
    return weight;
}

/// Index drawn in proportion to the weights.
std::size_t draw_weighted(const std::vector<double>& cumulative, Draws& draws) {
    const double u = draws.uniform() * cumulative.back();
    return static_cast<std::size_t>(std::ranges::upper_bound(cumulative, u) - cumulative.begin());
}

class RecordMaker {
public:
    RecordMaker(const Ground& ground, const People& people, Seed seed, std::size_t k)
        : ground_(ground), seed_(seed), k_(k), seeds_(seeds_of(ground)), people_(weights_of(people, ground.villages.size(), false)),
          at_risk_(weights_of(people, ground.villages.size(), true)), cumulative_(people_.size()) {
        std::partial_sum(people_.begin(), people_.end(), cumulative_.begin());
    }

    void make(Records& records) const {
        records.national = app(national_installed, national_real_name, 0);
        records.local    = app(local_installed, 0, 1);
        for (const double at_risk : at_risk_) records.local.target.push_back(static_cast<std::int64_t>(at_risk));
        make_sites(records);
        make_events(records);
        make_warnings(records);
        make_stations(records);
        make_organisations(records);
    }

private:
    Point<Lonlat> seed_of(std::size_t v) const { return {seeds_.x[v], seeds_.y[v]}; }

    std::vector<std::vector<std::int64_t>> grow(const std::vector<std::int64_t>& last) const {
        std::vector<std::vector<std::int64_t>> by_week(weeks, std::vector<std::int64_t>(last.size()));
        const auto logistic = [](double week) { return 1 / (1 + std::exp(-(week - 14) / 6)); };
        for (std::size_t week = 0; week < weeks; ++week) {
            const double share = logistic(static_cast<double>(week)) / logistic(weeks - 1);
            for (std::size_t v = 0; v < last.size(); ++v) {
                by_week[week][v] = static_cast<std::int64_t>(std::round(static_cast<double>(last[v]) * share));
            }
        }
        return by_week;
    }

    AppCounts app(std::int64_t installed, std::int64_t real_name, std::uint32_t which) const {
        Draws               draws(seed_, stream_apps, address(k_, which));
        std::vector<double> weight = at_risk_;
        for (double& w : weight) w *= 0.85 + 0.3 * draws.uniform();
        AppCounts  counts;
        const auto last  = apportion(installed, weight);
        counts.installed = grow(last);
        if (real_name == 0) return counts;
        for (std::size_t v = 0; v < weight.size(); ++v) weight[v] = static_cast<double>(last[v]) * (0.95 + 0.1 * draws.uniform());
        counts.real_name = grow(apportion(real_name, weight));
        return counts;
    }

    /// One site in each village but the planted ones, the rest where people live.
    std::vector<std::size_t> site_villages() const {
        std::vector<std::size_t> villages;
        for (std::size_t v = 0; v < ground_.villages.size(); ++v) {
            if (ground_.villages[v].role != Role::planted_village) villages.push_back(v);
        }
        Draws draws(seed_, stream_sites, address(k_, 1'000));
        while (villages.size() < site_count) {
            const std::size_t v = draw_weighted(cumulative_, draws);
            if (ground_.villages[v].role != Role::planted_village) villages.push_back(v);
        }
        return villages;
    }

    void make_sites(Records& records) const {
        constexpr std::array<std::pair<const char*, std::size_t>, 4> kinds = {{{"主题广场", 9}, {"宣传墙", 52}, {"候车厅", 25}, {"警示牌", 42}}};
        const auto  villages = site_villages();
        for (std::size_t i = 0; i < site_count; ++i) {
            Draws             draws(seed_, stream_sites, address(k_, i));
            const std::size_t v    = villages[i];
            std::size_t       kind = 0, rank = i * 37 % site_count;  // 37 and 128 have no common factor: kinds are spread over villages
            while (rank >= kinds[kind].second) rank -= kinds[kind++].second;
            Site site{.code = fmt::format("ZD-{:03}", i + 1), .name = "", .kind = kinds[kind].first, .place = seed_of(v)};
            const double reach = i < 64 ? 120 : 380;
            for (int attempt = 0; attempt < 50; ++attempt) {
                const Point<Lonlat> p = moved_m(seed_of(v), reach * draws.normal(), reach * draws.normal());
                if (covers(ground_.village_shapes.view(), v, p)) { site.place = p; break; }
            }
            site.name   = fmt::format("{}{}{}", ground_.villages[v].name, site.kind, i + 1);
            site.opened = Day::of(2021, 3, 1) + static_cast<int>(draws.below(500));
            if (i % 21 == 20) { site.is_closed = true; site.closed = Day::of(2022, 7, 25) + static_cast<int>(draws.below(35)); }
            if (i % 30 == 29) site.opened = as_of() + 5 + static_cast<int>(draws.below(40));
            if (site.is_closed && site.opened >= site.closed) site.opened = Day::of(2021, 6, 1);
            records.sites.push_back(site);
        }
    }

    void make_events(Records& records) const {
        std::vector<double> weight;
        for (std::size_t i = 0; i < trainings + street_events; ++i) {
            Draws             draws(seed_, stream_events, address(k_, i));
            const bool        training = i < trainings;
            const std::size_t v = training ? draw_weighted(cumulative_, draws) : i % 3 == 0 ? draws.below(70) : draw_weighted(cumulative_, draws);
            const char*       kind = training ? (draws.uniform() < 0.6 ? "培训" : "宣讲") : "集中宣传";
            records.events.push_back({"", kind, first_day() + static_cast<int>(draws.below(weeks * 7)), v, 0});
            weight.push_back((training ? 0.5 : 1.6) * (0.4 + draws.uniform()));
        }
        const auto attendance = apportion(attendance_total, weight);
        for (std::size_t i = 0; i < weight.size(); ++i) records.events[i].attendance = attendance[i];
        std::ranges::stable_sort(records.events, {}, &Event::date);
        for (std::size_t i = 0; i < weight.size(); ++i) records.events[i].code = fmt::format("HD-{:03}", i + 1);
    }

    void make_warnings(Records& records) const {
        for (std::size_t i = 0; i < warning_count; ++i) {
            Draws        draws(seed_, stream_warnings, address(k_, i));
            const double u = draws.uniform();
            const char*  outcome = u < 0.86 ? "已劝阻" : u < 0.95 ? "未接通" : "拒绝配合";
            records.warnings.push_back({first_day() + static_cast<int>(draws.below(weeks * 7)), draw_weighted(cumulative_, draws), outcome});
        }
        std::ranges::stable_sort(records.warnings, {}, &Warning::date);
    }

    /// One station a town, beside the village of the town's name; the seat's is the largest.
    void make_stations(Records& records) const {
        for (std::size_t t = 0; t < ground_.towns.size(); ++t) {
            Draws             draws(seed_, stream_stations, address(k_, t));
            const std::string stem = ground_.towns[t].name.substr(0, ground_.towns[t].name.size() - std::string_view("镇").size());
            std::size_t       head = 0;
            for (std::size_t v = 0; v < ground_.villages.size(); ++v) {
                if (ground_.villages[v].town == t && ground_.villages[v].name == stem + "村委会") head = v;
            }
            const int officers = t == 0 ? 26 : 6 + static_cast<int>(draws.below(6));
            records.stations.push_back({fmt::format("PCS-{:02}", t + 1), stem + "派出所", officers, officers * 36.0,
                                        moved_m(seed_of(head), 60 * draws.normal(), 60 * draws.normal())});
        }
    }

    /// Forty organisations answer for a unit each; the thirteenth hands over in spring.
    void make_organisations(Records& records) const {
        const Day start = Day::of(2021, 11, 1), handover = Day::of(2022, 4, 1);
        for (std::size_t i = 0; i < organisation_names.size(); ++i) {
            records.organisations.push_back({fmt::format("DW-{:02}", i + 1), organisation_names[i], i * 7 % 70 + i / 10, start, {}, false});
        }
        Organisation& before = records.organisations[12];
        before.ended         = true;
        before.to            = handover - 1;
        records.organisations.push_back({"DW-41", "县退役军人局", before.village, handover, {}, false});
    }

    const Ground&       ground_;
    Seed                seed_;
    std::size_t         k_;
    Points<Lonlat>      seeds_;
    std::vector<double> people_, at_risk_, cumulative_;
};

}  // namespace

std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& weights) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    GEO_EXPECTS(sum > 0);
    std::vector<std::int64_t>                    parts;
    std::vector<std::pair<double, std::size_t>> remainder;
    std::int64_t                                 given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double exact = static_cast<double>(total) * weights[i] / sum;
        parts.push_back(static_cast<std::int64_t>(exact));
        given += parts.back();
        remainder.emplace_back(static_cast<double>(parts.back()) - exact, i);
    }
    std::ranges::sort(remainder);
    for (std::size_t i = 0; given < total; ++i, ++given) ++parts[remainder[i % remainder.size()].second];
    return parts;
}

Records make_records(const Ground& ground, const People& people, Seed seed, std::size_t k) {
    Records records;
    RecordMaker(ground, people, seed, k).make(records);
    make_cases(ground, people, seed, k, records);
    return records;
}

}  // namespace gapmap::demo
