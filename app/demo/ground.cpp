#include "app/demo/ground.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/demo/ground_steps.h"
#include "data/reference.h"
#include "geo/core/expects.h"

namespace gapmap::demo {
namespace {

constexpr std::array seat_codes = {"610329100001", "610329100002", "610329100003", "610329100004", "610329100200", "610329100201",
                                   "610329100204", "610329100205", "610329100206", "610329100213", "610329100218", "610329100219"};
constexpr std::array planted_village_codes = {"610329101200", "610329102200", "610329103200", "610329105200", "610329106201"};
constexpr std::array planted_grid_codes    = {"610329101205", "610329103210", "610329105203", "610329107201"};

constexpr std::size_t seat_teams = 6, rural_teams = 8;

template <class Codes>
bool is_among(const Codes& codes, std::string_view code) {
    return std::ranges::find(codes, code) != codes.end();
}

std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> parts;
    while (true) {
        const auto comma = line.find(',');
        parts.emplace_back(line.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        line.remove_prefix(comma + 1);
    }
}

Polygons<Lonlat> read_outline() {
    const auto       json = nlohmann::json::parse(reference_file("linyou_outline.geojson"));
    Polygons<Lonlat> outline;
    for (const auto& p : json["features"][0]["geometry"]["coordinates"][0]) {
        outline.push_point(round_deg(p[0].get<double>()), round_deg(p[1].get<double>()));
    }
    outline.end_ring();
    outline.end_part();
    outline.end_row();
    return outline;
}

}  // namespace

double round_deg(double degrees) noexcept { return std::round(degrees * 1e7) / 1e7; }
double distance_m(Point<Planar> a, Point<Planar> b) noexcept { return std::hypot(a.x - b.x, a.y - b.y); }

ToLonlat::ToLonlat() : transform_(demo_metric, demo_crs) {}
Points<Lonlat> ToLonlat::operator()(const Points<Planar>& points) const {
    Points<Lonlat> degrees{points.x, points.y};
    transform_.apply(degrees.x, degrees.y);
    return degrees;
}

std::string county_prefix(std::size_t k) { return k == 0 ? "610329" : fmt::format("{:06}", 700000 + k); }

std::string code_in_county(const std::string& code, std::size_t k) {
    return k == 0 || code.size() < 6 ? code : county_prefix(k) + code.substr(6);
}

void list_divisions(Ground& ground) {
    std::string_view text = reference_file("linyou_divisions.csv");
    while (!text.empty()) {
        const auto end  = text.find('\n');
        const auto part = split(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (part.size() < 4) continue;
        if (part[2] == "town") ground.towns.push_back({part[0], part[1], {}});
        if (part[2] != "village" && part[2] != "community") continue;
        const auto town = std::ranges::find(ground.towns, part[3], &Town::code);
        GEO_EXPECTS(town != ground.towns.end());
        ground.villages.push_back({.code = part[0], .name = part[1], .town = static_cast<std::size_t>(town - ground.towns.begin()),
                                   .community = part[2] == "community",
                                   .role      = is_among(seat_codes, part[0]) ? Role::seat : Role::ordinary, .seed = {}});
    }
    GEO_EXPECTS(ground.towns.size() == 7 && ground.villages.size() == 70);
}

void plant_roles(Ground& ground) {
    for (std::size_t v = 0; v < ground.villages.size(); ++v) {
        Village& village = ground.villages[v];
        if (is_among(planted_village_codes, village.code)) village.role = Role::planted_village;
        if (is_among(planted_grid_codes, village.code)) village.role = Role::planted_grid;
        if (village.code == "610329102200") ground.cluster_a = v;
    }
    double nearest = 1e9;
    for (std::size_t v = 0; v < ground.villages.size(); ++v) {
        const Village& village = ground.villages[v];
        const double   away    = distance_m(village.seed, ground.villages[ground.cluster_a].seed);
        if (village.role != Role::ordinary || v == ground.cluster_a || away >= nearest) continue;
        nearest          = away;
        ground.cluster_b = v;
    }
    ground.villages[ground.cluster_b].role = Role::planted_village;
    std::size_t seat = 0, rural = 0;
    for (Village& village : ground.villages) {
        const bool in_seat = village.role == Role::seat;
        village.team       = in_seat ? seat++ * seat_teams / 12 : seat_teams + rural++ * rural_teams / 58;
    }
}

Ground make_ground(Seed seed) {
    Ground ground;
    ground.outline = read_outline();
    list_divisions(ground);
    settle_villages(ground, seed);
    partition_county(ground, seed);
    plant_roles(ground);
    lay_out_compounds(ground, seed);
    return ground;
}

}  // namespace gapmap::demo
