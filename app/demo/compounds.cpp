#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "app/demo/ground_steps.h"
#include "geo/core/expects.h"
#include "geo/shape/overlay.h"

namespace gapmap::demo {
namespace {

constexpr std::size_t buildings_per_urban_grid = 17, rural_buildings = 52;
constexpr double      urban_width_m = 300, urban_height_m = 420, rural_radius_m = 330;
constexpr int         building_columns = 3, building_rows = 6;
constexpr int         shrink_steps = 12;

/// A frame of reference around a village's seed.
struct Frame {
    Point<Planar> origin;
    double        cosine = 1, sine = 0;
    Frame(Point<Planar> at, double angle) : origin(at), cosine(std::cos(angle)), sine(std::sin(angle)) {}
    [[nodiscard]] Point<Planar> operator()(double u, double v) const {
        return {origin.x + cosine * u - sine * v, origin.y + sine * u + cosine * v};
    }
};

using Ring = std::vector<Point<Planar>>;

/// A ring in rounded degrees, as one row.
Polygons<Lonlat> to_shape(const Ring& ring, const ToLonlat& to_lonlat) {
    Points<Planar> points;
    for (const Point<Planar>& p : ring) points.push_back(p);
    const Points<Lonlat> degrees = to_lonlat(points);
    Polygons<Lonlat>     shape;
    for (std::size_t i = 0; i <= ring.size(); ++i) {
        shape.push_point(round_deg(degrees.x[i % ring.size()]), round_deg(degrees.y[i % ring.size()]));
    }
    shape.end_ring();
    shape.end_part();
    shape.end_row();
    return shape;
}

void append_shape(const Polygons<Lonlat>& shape, Polygons<Lonlat>& out) {
    for (std::size_t i = 0; i < shape.x.size(); ++i) out.push_point(shape.x[i], shape.y[i]);
    out.end_ring();
    out.end_part();
    out.end_row();
}

/// One compound: its ring, and the rectangle in the frame where its buildings stand.
struct Compound {
    Ring   ring;
    double u = 0, v = 0, half_width = 0, half_height = 0;
};

/// `count` compounds side by side, or an uneven hamlet where the unit is rural.
std::vector<Compound> shape_compounds(const Frame& frame, bool urban, int count, double scale, Draws draws) {
    std::vector<Compound> compounds;
    if (urban) {
        const double half_width = urban_width_m * scale / 2, half_height = urban_height_m * scale / 2;
        for (int i = 0; i < count; ++i) {
            const double u = (2 * i + 1 - count) * half_width, left = u - half_width, right = u + half_width;
            compounds.push_back({{frame(left, -half_height), frame(right, -half_height), frame(right, half_height), frame(left, half_height)},
                                 u, 0, half_width, half_height});
        }
        return compounds;
    }
    Compound hamlet{{}, 0, 0, rural_radius_m * scale / 2, rural_radius_m * scale / 2};
    for (int i = 0; i < 14; ++i) {
        const double angle = 2 * std::numbers::pi * i / 14, r = rural_radius_m * scale * (0.85 + 0.3 * draws.uniform());
        hamlet.ring.push_back(frame(r * std::cos(angle), r * std::sin(angle)));
    }
    compounds.push_back(hamlet);
    return compounds;
}

bool fits(const std::vector<Compound>& compounds, const Polygons<Lonlat>& villages, std::size_t v, const ToLonlat& to_lonlat) {
    const auto view = villages.view();
    for (const Compound& compound : compounds) {
        const Polygons<Lonlat> shape = to_shape(compound.ring, to_lonlat);
        const auto             inner = shape.view();
        if (!covers_polygon(PolygonRow<Lonlat>{view, v}, PolygonRow<Lonlat>{inner, 0})) return false;
    }
    return true;
}

std::string short_name(const Village& village) {
    std::string name = village.name;
    for (const std::string_view suffix : {"社区居民委员会", "居委会", "村委会"}) {
        if (name.ends_with(suffix)) { name.resize(name.size() - suffix.size()); break; }
    }
    return name;
}

class CompoundBuilder {
public:
    CompoundBuilder(Ground& ground, Seed seed) : ground_(ground), seed_(seed) {}

    void build(std::size_t v) {
        Village&     village = ground_.villages[v];
        const bool   urban   = village.role == Role::seat;
        Draws        draws(seed_, stream_grids, v);
        const int    count = urban ? grids_of_seat_unit(village) : 1;
        const Frame  frame(village.seed, std::numbers::pi * draws.uniform());
        double       scale     = 1;
        auto         compounds = shape_compounds(frame, urban, count, scale, draws);
        for (int step = 0; !fits(compounds, ground_.village_shapes, v, to_lonlat_); ++step) {
            GEO_EXPECTS(step < shrink_steps);
            scale *= 0.88;
            compounds = shape_compounds(frame, urban, count, scale, draws);
        }
        for (int i = 0; i < count; ++i) add(v, urban, i, count, compounds[static_cast<std::size_t>(i)], frame);
    }

private:
    /// 18 over 12 units: the communities and the first two villages have two.
    int grids_of_seat_unit(const Village& village) {
        if (village.community) return 2;
        return seat_villages_++ < 2 ? 2 : 1;
    }

    void add(std::size_t v, bool urban, int i, int count, const Compound& compound, const Frame& frame) {
        const std::size_t g    = ground_.grids.size();
        const std::string stem = short_name(ground_.villages[v]);
        ground_.grids.push_back({.code = fmt::format("610329-W{:03}", g + 1),
                                 .name = count == 1 ? stem + "网格" : fmt::format("{}第{}网格", stem, i + 1), .village = v, .urban = urban});
        ground_.villages[v].grids.push_back(g);
        append_shape(to_shape(compound.ring, to_lonlat_), ground_.grid_shapes);
        if (urban) {
            for (std::size_t b = 0; b < buildings_per_urban_grid; ++b) add_building(g, static_cast<int>(b), compound, frame);
        } else if (rural_built_ < rural_buildings) {
            ++rural_built_;
            add_building(g, 4, compound, frame);
        }
    }

    /// A long low block in slot `slot` of the compound, turned a little.
    void add_building(std::size_t g, int slot, const Compound& compound, const Frame& frame) {
        Draws        draws(seed_, stream_buildings, ground_.buildings.size());
        const double slot_w = 2 * compound.half_width / building_columns, slot_h = 2 * compound.half_height / building_rows;
        const double u = compound.u - compound.half_width + (slot % building_columns + 0.5) * slot_w;
        const double v = compound.v - compound.half_height + (slot / building_columns + 0.5) * slot_h;
        const double half_w = slot_w * (0.26 + 0.1 * draws.uniform()), half_h = slot_h * (0.1 + 0.05 * draws.uniform());
        const double turn = 0.12 * (draws.uniform() - 0.5), c = std::cos(turn), s = std::sin(turn);
        constexpr std::array<std::array<double, 2>, 5> corners = {{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}}};
        for (const auto& corner : corners) {
            const double        du = corner[0] * half_w, dv = corner[1] * half_h;
            const Point<Planar> p = frame(u + c * du - s * dv, v + s * du + c * dv);
            ground_.building_shapes.push_point(std::round(p.x * 1000) / 1000, std::round(p.y * 1000) / 1000);
        }
        ground_.building_shapes.end_ring();
        ground_.building_shapes.end_part();
        ground_.building_shapes.end_row();
        const std::size_t number = ground_.grids[g].buildings.size() + 1;
        ground_.grids[g].buildings.push_back(ground_.buildings.size());
        ground_.buildings.push_back({.code = fmt::format("{}-B{:02}", ground_.grids[g].code, number),
                                     .name = fmt::format("{}{}号楼", ground_.grids[g].name, number), .grid = g, .centre = {}});
        centres_.push_back(frame(u, v));
        if (ground_.buildings.size() == buildings_per_urban_grid * 18 + rural_buildings) place_centres();
    }

    void place_centres() {
        const Points<Lonlat> degrees = to_lonlat_(centres_);
        for (std::size_t b = 0; b < ground_.buildings.size(); ++b) ground_.buildings[b].centre = {degrees.x[b], degrees.y[b]};
    }

    Ground&        ground_;
    Seed           seed_;
    int            seat_villages_ = 0;
    std::size_t    rural_built_   = 0;
    Points<Planar> centres_;
    ToLonlat       to_lonlat_;
};

}  // namespace

void lay_out_compounds(Ground& ground, Seed seed) {
    CompoundBuilder builder(ground, seed);
    for (std::size_t v = 0; v < ground.villages.size(); ++v) builder.build(v);
    GEO_EXPECTS(ground.grids.size() == 76 && ground.buildings.size() == 358);
}

}  // namespace gapmap::demo
