#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "app/demo/ground_steps.h"
#include "geo/core/expects.h"

namespace gapmap::demo {
namespace {

constexpr Point<Lonlat> seat_centre{107.79, 34.68};
constexpr double        sample_spacing_m    = 500;
constexpr double        community_offset_m  = 460;   // four communities in a square around the centre
constexpr double        seat_ring_m         = 1900;  // eight villages around them
constexpr double        start_distance_m    = 2500;  // between villages, before they are spread out
constexpr int           relaxation_rounds   = 40;

/// Roughly where the towns lie, in the order of the division list.
constexpr std::array<Point<Lonlat>, 7> town_places = {{{107.80, 34.68}, {107.91, 34.76}, {107.62, 34.80}, {107.42, 34.82},
                                                       {107.69, 34.68}, {107.78, 34.89}, {107.58, 34.91}}};

Point<Planar> to_planar(Point<Lonlat> p) {
    const std::array<double, 1> x{p.x}, y{p.y};
    const auto out = project(PointsView<Lonlat>{x, y}, demo_crs, demo_metric);
    return {out.x[0], out.y[0]};
}

/// Evenly spaced points inside the county.
std::vector<Point<Planar>> sample_county(const Ground& ground) {
    const auto                 outline = project(ground.outline.view(), demo_crs, demo_metric);
    const Box<Planar>          box     = polygon_box(outline.view(), 0);
    std::vector<Point<Planar>> points;
    for (double y = box.y_min; y < box.y_max; y += sample_spacing_m) {
        for (double x = box.x_min; x < box.x_max; x += sample_spacing_m) {
            if (covers(outline.view(), 0, Point<Planar>{x, y})) points.push_back({x, y});
        }
    }
    return points;
}

void settle_seat(Ground& ground, Seed seed) {
    const Point<Planar> centre    = to_planar(seat_centre);
    int                 community = 0, village = 0;
    for (std::size_t v = 0; v < ground.villages.size(); ++v) {
        Village& unit = ground.villages[v];
        if (unit.role != Role::seat) continue;
        Draws draws(seed, stream_seeds, v);
        if (unit.community) {
            const double dx = community % 2 == 0 ? 1 : -1, dy = community < 2 ? 1 : -1;
            unit.seed = {centre.x + dx * community_offset_m + 30 * draws.normal(), centre.y + dy * community_offset_m + 30 * draws.normal()};
            ++community;
        } else {
            const double angle = (village++ + 0.3 * (draws.uniform() - 0.5)) * std::numbers::pi / 4;
            unit.seed          = {centre.x + seat_ring_m * std::cos(angle), centre.y + seat_ring_m * std::sin(angle)};
        }
    }
}

std::size_t nearest(const std::vector<Point<Planar>>& sites, Point<Planar> p) {
    std::size_t best   = 0;
    double      best_d = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const double dx = sites[i].x - p.x, dy = sites[i].y - p.y, d = dx * dx + dy * dy;
        if (d < best_d) { best_d = d; best = i; }
    }
    return best;
}

/// Seeds that share the county evenly (Lloyd's relaxation); the first `fixed` do not move.
void relax(std::vector<Point<Planar>>& sites, std::size_t fixed, const std::vector<Point<Planar>>& samples) {
    for (int round = 0; round < relaxation_rounds; ++round) {
        std::vector<Point<Planar>> sum(sites.size());
        std::vector<double>        count(sites.size());
        for (const Point<Planar>& p : samples) {
            const std::size_t i = nearest(sites, p);
            sum[i].x += p.x; sum[i].y += p.y; count[i] += 1;
        }
        for (std::size_t i = fixed; i < sites.size(); ++i) {
            if (count[i] > 0) sites[i] = {sum[i].x / count[i], sum[i].y / count[i]};
        }
    }
}

double squared(Point<Planar> a, Point<Planar> b) { return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y); }

/// Gives each seed a town so that each town gets `capacity[t]` of them and the squared distances are least under swaps:
/// the towns are then cells of a power diagram, hence in one piece.
std::vector<std::size_t> share_among_towns(const std::vector<Point<Planar>>& seeds, const std::vector<std::size_t>& capacity,
                                           const std::vector<Point<Planar>>& centres) {
    std::vector<std::size_t> town;
    for (std::size_t t = 0; t < capacity.size(); ++t) town.insert(town.end(), capacity[t], t);
    GEO_EXPECTS(town.size() == seeds.size());
    for (bool better = true; better;) {
        better = false;
        for (std::size_t i = 0; i < seeds.size(); ++i) {
            for (std::size_t j = i + 1; j < seeds.size(); ++j) {
                const double now  = squared(seeds[i], centres[town[i]]) + squared(seeds[j], centres[town[j]]);
                const double swap = squared(seeds[i], centres[town[j]]) + squared(seeds[j], centres[town[i]]);
                if (swap < now - 1e-6) { std::swap(town[i], town[j]); better = true; }
            }
        }
    }
    return town;
}

/// The village that carries the town's name gets the seed nearest to the town's centre; the others follow by distance.
void name_seeds(Ground& ground, const std::vector<Point<Planar>>& seeds, const std::vector<std::size_t>& town) {
    for (std::size_t t = 0; t < ground.towns.size(); ++t) {
        std::vector<std::size_t> here, units;
        for (std::size_t i = 0; i < seeds.size(); ++i) if (town[i] == t) here.push_back(i);
        std::ranges::sort(here, [&](std::size_t a, std::size_t b) {
            return std::pair{squared(seeds[a], ground.towns[t].centre), a} < std::pair{squared(seeds[b], ground.towns[t].centre), b};
        });
        const std::string stem = ground.towns[t].name.substr(0, ground.towns[t].name.size() - std::string_view("镇").size());
        for (std::size_t v = 0; v < ground.villages.size(); ++v) {
            if (ground.villages[v].town == t && ground.villages[v].role != Role::seat) units.push_back(v);
        }
        std::ranges::stable_partition(units, [&](std::size_t v) { return ground.villages[v].name == stem + "村委会"; });
        GEO_EXPECTS(units.size() == here.size());
        for (std::size_t i = 0; i < units.size(); ++i) ground.villages[units[i]].seed = seeds[here[i]];
    }
}

}  // namespace

void settle_villages(Ground& ground, Seed seed) {
    settle_seat(ground, seed);
    const auto                 samples = sample_county(ground);
    std::vector<Point<Planar>> sites;
    std::vector<std::size_t>   capacity(ground.towns.size());
    for (const Village& village : ground.villages) {
        if (village.role == Role::seat) sites.push_back(village.seed); else ++capacity[village.town];
    }
    const std::size_t fixed = sites.size();
    Draws             draws(seed, stream_seeds, 1'000);
    while (sites.size() < ground.villages.size()) {
        const Point<Planar> p = samples[draws.below(static_cast<std::uint32_t>(samples.size()))];
        if (distance_m(p, sites[nearest(sites, p)]) > start_distance_m) sites.push_back(p);
    }
    relax(sites, fixed, samples);
    const std::vector<Point<Planar>> seeds(sites.begin() + static_cast<std::ptrdiff_t>(fixed), sites.end());
    std::vector<Point<Planar>>       centres;
    for (const Point<Lonlat>& place : town_places) centres.push_back(to_planar(place));
    std::vector<std::size_t> town = share_among_towns(seeds, capacity, centres);
    for (int round = 0; round < 3; ++round) {  // centres move to their villages, but the seat stays where it is
        for (std::size_t t = 1; t < centres.size(); ++t) {
            Point<Planar> sum;
            for (std::size_t i = 0; i < seeds.size(); ++i) if (town[i] == t) { sum.x += seeds[i].x; sum.y += seeds[i].y; }
            centres[t] = {sum.x / static_cast<double>(capacity[t]), sum.y / static_cast<double>(capacity[t])};
        }
        town = share_among_towns(seeds, capacity, centres);
    }
    for (std::size_t t = 0; t < centres.size(); ++t) ground.towns[t].centre = centres[t];
    name_seeds(ground, seeds, town);
}

}  // namespace gapmap::demo
