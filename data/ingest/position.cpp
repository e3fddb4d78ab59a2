#include "data/ingest/position.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace gapmap {
namespace {

// EPSG's numbers for the Gauss-Kruger systems of CGCS2000, in order of zone: six degrees with and without the zone before the
// easting, three degrees with and without.
constexpr int six_prefixed = 4491, six_plain = 4502, three_prefixed = 4513, three_plain = 4534, last_plain = 4554;
constexpr int first_six = 13, last_six = 23, first_three = 25, last_three = 45;

/// WGS 84 and CGCS2000 agree within centimetres: no operation is applied between them.
bool is_stored_as_it_is(const std::string& crs) { return crs.empty() || crs == "EPSG:4490" || crs == "EPSG:4326" || crs == "OGC:CRS84"; }

std::optional<int> gauss_kruger(const std::string& crs) {
    int epsg = 0;
    if (!crs.starts_with("EPSG:") || std::from_chars(crs.data() + 5, crs.data() + crs.size(), epsg).ec != std::errc()) return std::nullopt;
    return epsg >= six_prefixed && epsg <= last_plain ? std::optional(epsg) : std::nullopt;
}

/// The zone that stands before each easting of a system, if one does.
std::optional<int> prefix_of(int epsg) noexcept {
    if (epsg < six_plain) return first_six + epsg - six_prefixed;
    if (epsg >= three_prefixed && epsg < three_plain) return first_three + epsg - three_prefixed;
    return std::nullopt;
}

/// The same zone without its number before the easting.
int plain_of(int prefixed) noexcept { return prefixed < six_plain ? six_plain + prefixed - six_prefixed : three_plain + prefixed - three_prefixed; }

std::optional<int> system_of_zone(int zone) noexcept {
    if (zone >= first_six && zone <= last_six) return six_prefixed + zone - first_six;
    if (zone >= first_three && zone <= last_three) return three_prefixed + zone - first_three;
    return std::nullopt;
}

bool is_degrees(Point<Lonlat> p) noexcept { return std::abs(p.x) <= 180 && std::abs(p.y) <= 90; }

bool is_within(Point<Lonlat> p, const Box<Lonlat>& box) noexcept { return p.x >= box.x_min && p.x <= box.x_max && p.y >= box.y_min && p.y <= box.y_max; }

bool lands_in(const std::string& crs, double east, double north, const Box<Lonlat>& county) {
    std::array x{east}, y{north};
    Transform(crs, "EPSG:4490").apply(x, y);
    return is_within({x[0], y[0]}, county);
}

}  // namespace

std::optional<std::string> fitting_gauss_kruger(double x, double y, const Box<Lonlat>& county) {
    if (county.is_empty()) return std::nullopt;
    for (const auto& [east, north] : {std::pair{x, y}, std::pair{y, x}}) {
        if (!(north > 2e5 && north < 6e6)) continue;
        if (east >= 1.3e7 && east < 4.6e7) {
            const auto system = system_of_zone(static_cast<int>(east / 1e6));
            if (system && lands_in(fmt::format("EPSG:{}", *system), east, north, county)) return fmt::format("EPSG:{}", *system);
        }
        if (!(east > 1e5 && east < 1e6)) continue;
        // Only the zones around the county can be meant.
        const double middle = (county.x_min + county.x_max) / 2;
        const int    three  = static_cast<int>(std::floor(middle / 3 + 0.5)), six = static_cast<int>(std::floor(middle / 6)) + 1;
        for (const int system : {three_plain + three - first_three, six_plain + six - first_six, three_plain + three - first_three - 1, three_plain + three - first_three + 1}) {
            if (system < six_plain || system > last_plain) continue;
            if (lands_in(fmt::format("EPSG:{}", system), east, north, county)) return fmt::format("EPSG:{}", system);
        }
    }
    return std::nullopt;
}

PositionReader::PositionReader(std::string crs, Box<Lonlat> county)
    : crs_(std::move(crs)), county_(county), degrees_(is_stored_as_it_is(crs_) || is_geographic(crs_)), plain_(is_stored_as_it_is(crs_)), epsg_(gauss_kruger(crs_)) {}

const Transform& PositionReader::transform_from(const std::string& crs) {
    auto at = transforms_.find(crs);
    if (at == transforms_.end()) at = transforms_.emplace(crs, Transform(crs, "EPSG:4490")).first;
    return at->second;
}

bool PositionReader::in_county(Point<Lonlat> p) const noexcept {
    return county_.is_empty() || is_within(p, county_);
}

std::optional<Point<Lonlat>> PositionReader::from_degrees(const Attempt& attempt) {
    const Point<Lonlat> given{attempt.x, attempt.y};
    if (!is_degrees(given)) return std::nullopt;
    if (plain_) return given;
    std::array x{given.x}, y{given.y};
    transform_from(crs_).apply(x, y);
    return Point<Lonlat>{x[0], y[0]};
}

std::optional<Point<Lonlat>> PositionReader::from_metres(Attempt& attempt) {
    std::string crs = crs_;
    double      east = attempt.x;
    if (epsg_) {
        const auto declared = prefix_of(*epsg_);
        const auto zone     = east >= 1e7 && east < 1e8 ? std::optional(static_cast<int>(east / 1e6)) : std::nullopt;
        if (east < 0 || (!zone && east >= 1e6) || attempt.y < 0 || attempt.y > 1e7) return std::nullopt;
        if (zone && declared != zone) {
            const auto system = system_of_zone(*zone);
            if (!system) return std::nullopt;
            crs = fmt::format("EPSG:{}", *system);
            attempt.note.add({fmt::format("横坐标带有带号 {}：按 {} 读取", *zone, crs), fmt::format("the easting begins with zone {}: read in {}", *zone, crs)});
            if (attempt.code.empty()) attempt.code = "zone";
        } else if (!zone && declared) {
            east += *declared * 1e6;
            attempt.note.add({fmt::format("横坐标没有带号：按声明的 {} 带（EPSG:{}）读取", *declared, plain_of(*epsg_)), fmt::format("the easting has no zone before it: read in the declared zone {}, which is EPSG:{}", *declared, plain_of(*epsg_))});
            if (attempt.code.empty()) attempt.code = "zone";
        }
    }
    std::array x{east}, y{attempt.y};
    transform_from(crs).apply(x, y);
    const Point<Lonlat> p{x[0], y[0]};
    return std::isfinite(p.x) && std::isfinite(p.y) ? std::optional(p) : std::nullopt;
}

std::optional<Point<Lonlat>> PositionReader::lonlat(Attempt& attempt) { return degrees_ ? from_degrees(attempt) : from_metres(attempt); }

/// Why a pair is not believed; with the system that it fits, where one does. All rows of a source are alike: the first one is asked.
Position PositionReader::refused(double x, double y) {
    const bool metres = std::abs(x) > 180 || std::abs(y) > 180;
    if (metres && !hint_) hint_ = fitting_gauss_kruger(x, y, county_).value_or("");
    Note hint;
    if (metres && !hint_->empty()) hint = {fmt::format("按 crs = \"{}\" 则在县域内", *hint_), fmt::format("with crs = \"{}\" it would lie in the county", *hint_)};
    Position out{.fate = Position::Fate::refused, .code = "outside_county", .note = {"位置在县域外", "the position lies outside the county"}};
    if (degrees_ && metres) {
        out.code = "not_degrees";
        out.note = {"不是度数：若为米制坐标，请在 county.toml 写明该来源的投影 crs；若为度分秒，请写上分隔符号",
                    "not degrees: for metres, declare the projected crs of this source in county.toml; for degrees, minutes, seconds, write their marks"};
    }
    out.note.add(hint);
    return out;
}

Position PositionReader::settle(double x, double y) {
    if (x == 0 && y == 0) {
        return {.fate = Position::Fate::missing, .code = "zero_position", .note = {"坐标为 0,0：视为没有坐标", "the coordinates are 0,0: taken as missing"}};
    }
    Attempt written{.x = x, .y = y};
    if (const auto p = lonlat(written); p && in_county(*p)) return {.at = *p, .code = written.code, .note = written.note};
    const Note swapped = degrees_ ? Note{"经纬度颠倒：已对调", "longitude and latitude were swapped: turned"}
                                  : Note{"北坐标与东坐标颠倒：已对调", "north and east were swapped: turned"};
    const Note scaled{"坐标以千米为单位：已换算为米", "the coordinates are in kilometres: turned into metres"};
    std::vector<Attempt> others = {{y, x, "swapped", swapped}};
    if (!degrees_) {
        others.push_back({x * 1000, y * 1000, "scaled", scaled});
        others.push_back({y * 1000, x * 1000, "scaled", scaled});
        others.back().note.add(swapped);
    }
    for (Attempt& other : others) {
        // Without a county nothing tells kilometres from a point near the origin.
        if (county_.is_empty() && other.code == "scaled") continue;
        if (const auto p = lonlat(other); p && in_county(*p)) return {.at = *p, .code = other.code, .note = other.note};
    }
    return refused(x, y);
}

}  // namespace gapmap
