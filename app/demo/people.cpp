#include "app/demo/people.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "geo/core/expects.h"

namespace gapmap::demo {
namespace {

constexpr double metres_per_degree_north = 110'930, metres_per_degree_east = 91'560;  // at 34.7 degrees north
constexpr std::size_t urban_grid_households = 1120, seat_outlying = 40, rural_building_households = 24;
constexpr double      at_risk_share = 0.585;

/// How many households live in the core (each grid) and outside it.
struct Size {
    std::size_t core = 0, outlying = 0;
};

Size size_of(const Village& village, Draws& draws) {
    switch (village.role) {
        case Role::seat: return {urban_grid_households, village.community ? 0 : seat_outlying};
        case Role::planted_village: return {100, 388 + draws.below(14)};
        case Role::planted_grid: return {260 + draws.below(8), 52};
        case Role::ordinary: break;
    }
    const std::size_t all = 130 + draws.below(115);
    return {all * 55 / 100, all - all * 55 / 100};
}

std::uint8_t draw_size(bool seat, Draws& draws) {
    constexpr std::array<double, 5> seat_below = {0.42, 0.73, 0.88, 0.97, 0.99}, rural_below = {0.24, 0.57, 0.79, 0.93, 0.98};
    const auto&  below = seat ? seat_below : rural_below;
    const double u     = draws.uniform();
    std::uint8_t size  = 1;
    for (const double limit : below) if (u >= limit) ++size;
    return size;
}

/// A random point of a row that `accept` takes.
template <class Accept>
Point<Lonlat> draw_inside(const PolygonsView<Lonlat>& shapes, std::size_t row, Draws& draws, Accept accept) {
    const Box<Lonlat> box = polygon_box(shapes, row);
    for (int attempt = 0; attempt < 10'000; ++attempt) {
        const Point<Lonlat> p{box.x_min + draws.uniform() * (box.x_max - box.x_min), box.y_min + draws.uniform() * (box.y_max - box.y_min)};
        if (covers(shapes, row, p) && accept(p)) return p;
    }
    GEO_EXPECTS(false);  // a unit has no room for a household
    return {};
}

class Settler {
public:
    Settler(const Ground& ground, Seed seed, std::size_t k) : ground_(ground), seed_(seed), k_(k) {}

    People settle() {
        for (std::size_t v = 0; v < ground_.villages.size(); ++v) {
            people_.first.push_back(people_.households.size());
            settle_village(v);
        }
        people_.first.push_back(people_.households.size());
        meet_totals();
        return std::move(people_);
    }

private:
    void settle_village(std::size_t v) {
        const Village& village = ground_.villages[v];
        Draws          draws(seed_, stream_people, address(k_, v));
        const Size     size = size_of(village, draws);
        for (const std::size_t g : village.grids) settle_grid(v, g, size.core, draws);
        settle_hamlets(v, size.outlying, draws);
    }

    void settle_grid(std::size_t v, std::size_t g, std::size_t count, Draws& draws) {
        const Grid& grid = ground_.grids[g];
        for (std::size_t i = 0; i < count; ++i) {
            const bool inside = !grid.buildings.empty() && (grid.urban || i < rural_building_households);
            Household  household{.village = static_cast<std::uint32_t>(v), .grid = static_cast<std::int32_t>(g), .place = {}};
            if (inside) {
                const std::size_t b = grid.buildings[i % grid.buildings.size()];
                household.building  = static_cast<std::int32_t>(b);
                household.place     = moved_m(ground_.buildings[b].centre, 4 * (draws.uniform() - 0.5), 4 * (draws.uniform() - 0.5));
            } else {
                household.place = draw_inside(ground_.grid_shapes.view(), g, draws, [](Point<Lonlat>) { return true; });
            }
            add(household, draws);
        }
    }

    bool outside_grids(std::size_t v, Point<Lonlat> p) const {
        for (const std::size_t g : ground_.villages[v].grids) if (covers(ground_.grid_shapes.view(), g, p)) return false;
        return true;
    }

    /// Outlying households live in hamlets of about twenty.
    void settle_hamlets(std::size_t v, std::size_t count, Draws& draws) {
        const auto shapes = ground_.village_shapes.view();
        const auto fits   = [&](Point<Lonlat> p) { return outside_grids(v, p); };
        Point<Lonlat> hamlet;
        for (std::size_t i = 0; i < count; ++i) {
            if (i % 20 == 0) hamlet = draw_inside(shapes, v, draws, fits);
            Point<Lonlat> p = hamlet;
            for (int attempt = 0; attempt < 20; ++attempt) {
                p = moved_m(hamlet, 140 * draws.normal(), 140 * draws.normal());
                if (covers(shapes, v, p) && fits(p)) break;
                p = hamlet;
            }
            add({.village = static_cast<std::uint32_t>(v), .place = p}, draws);
        }
    }

    void add(Household household, Draws& draws) {
        household.people = draw_size(ground_.villages[household.village].role == Role::seat, draws);
        for (int i = 0; i < household.people; ++i) if (draws.uniform() < at_risk_share) ++household.at_risk;
        people_.households.push_back(household);
    }

    /// Adds or takes single people, at drawn households, until both totals hold.
    void meet_totals() {
        std::int64_t people = 0, at_risk = 0;
        for (const Household& household : people_.households) { people += household.people; at_risk += household.at_risk; }
        Draws draws(seed_, stream_people, address(k_, 1'000'000));
        const auto pick = [&]() -> Household& { return people_.households[draws.below(static_cast<std::uint32_t>(people_.households.size()))]; };
        while (people != total_people) {
            Household& household = pick();
            if (people < total_people && household.people < 6) { ++household.people; ++people; }
            else if (people > total_people && household.people > 1 && household.at_risk < household.people) { --household.people; --people; }
        }
        while (at_risk != total_at_risk) {
            Household& household = pick();
            if (at_risk < total_at_risk && household.at_risk < household.people) { ++household.at_risk; ++at_risk; }
            else if (at_risk > total_at_risk && household.at_risk > 0) { --household.at_risk; --at_risk; }
        }
    }

    const Ground& ground_;
    Seed          seed_;
    std::size_t   k_;
    People        people_;
};

}  // namespace

People make_people(const Ground& ground, Seed seed, std::size_t k) { return Settler(ground, seed, k).settle(); }

std::string household_code(const Ground& ground, const People& people, std::size_t h) {
    const std::size_t v = people.households[h].village;
    return fmt::format("{}-{:04}", ground.villages[v].code, h - people.first[v] + 1);
}

const std::string& unit_code(const Ground& ground, const Household& household) {
    if (household.building != nowhere) return ground.buildings[static_cast<std::size_t>(household.building)].code;
    return ground.villages[household.village].code;
}

Point<Lonlat> moved_m(Point<Lonlat> p, double east_m, double north_m) noexcept {
    return {p.x + east_m / metres_per_degree_east, p.y + north_m / metres_per_degree_north};
}

double distance_m(Point<Lonlat> a, Point<Lonlat> b) noexcept {
    return std::hypot((a.x - b.x) * metres_per_degree_east, (a.y - b.y) * metres_per_degree_north);
}

}  // namespace gapmap::demo
