#include "geo/crs/baidu_mercator.h"

#include <array>
#include <cmath>
#include <limits>

namespace gapmap {
namespace {

/// One band of latitudes, from `south` up: easting = c0 + c1 |lon|; northing is a polynomial in |lat| / scale.
struct Band {
    double                south, east0, east1, scale;
    std::array<double, 7> north;
};

constexpr double north_end = 75;
constexpr std::array<Band, 5> bands = {{
    {0, -0.0003218135878613132, 111320.7020701615, 7.45,
     {0.00369383431289, 823725.6402795718, 0.46104986909093, 2351.343141331292, 1.58060784298199, 8.77738589078284, 0.37238884252424}},
    {15, -0.0003441963504368392, 111320.7020576856, 22.5,
     {278.2353980772752, 2485758.690035394, 6070.750963243378, 54821.18345352118, 9540.606633304236, -2710.55326746645, 1405.483844121726}},
    {30, 0.00220636496208, 111320.7020209128, 37.5,
     {51751.86112841131, 3796837.749470245, 992013.7397791013, -1221952.21711287, 1340652.697009075, -620943.6990984312, 144416.9293806241}},
    {45, 0.00337398766765, 111320.7020202162, 52.5,
     {4481351.045890365, -23393751.19931662, 79682215.47186455, -115964993.2797253, 97236711.15602145, -43661946.33752821, 8477230.501135234}},
    {60, 0.0008277824516172526, 111320.7020463578, 67.5,
     {647795574.6671607, -4082003173.641316, 10774905663.51142, -15171875531.51559, 12053065338.62167, -5124939663.577472, 913311935.9512032}},
}};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const Band& band_of(double lat) noexcept {
    std::size_t b = bands.size() - 1;
    while (b > 0 && lat < bands[b].south) --b;
    return bands[b];
}

double northing(const Band& band, double lat) noexcept {
    const double t = lat / band.scale;
    double       sum = 0;
    for (std::size_t k = band.north.size(); k-- > 0;) sum = sum * t + band.north[k];
    return sum;
}

double metres_a_degree(const Band& band, double lat) noexcept {
    const double t = lat / band.scale;
    double       sum = 0;
    for (std::size_t k = band.north.size(); k-- > 1;) sum = sum * t + static_cast<double>(k) * band.north[k];
    return sum / band.scale;
}

/// The band whose northings hold `metres`: they rise from band to band.
const Band& band_of_northing(double metres) noexcept {
    std::size_t b = bands.size() - 1;
    while (b > 0 && metres < northing(bands[b], bands[b].south)) --b;
    return bands[b];
}

}  // namespace

Point<Planar> bd09_to_mercator(Point<Lonlat> p) noexcept {
    const double lat = std::abs(p.y);
    if (!(lat <= north_end) || std::isnan(p.x)) return {nan, nan};
    const Band& band = band_of(lat);
    return {std::copysign(band.east0 + band.east1 * std::abs(p.x), p.x), std::copysign(northing(band, lat), p.y)};
}

Point<Lonlat> mercator_to_bd09(Point<Planar> p) noexcept {
    const double metres = std::abs(p.y);
    if (!(metres <= northing(bands.back(), north_end)) || std::isnan(p.x)) return {nan, nan};
    const Band& band = band_of_northing(metres);
    double      lat  = band.south + 7.5;
    for (int step = 0; step < 30; ++step) {
        const double change = (metres - northing(band, lat)) / metres_a_degree(band, lat);
        lat += change;
        if (std::abs(change) < 1e-12) break;
    }
    return {std::copysign((std::abs(p.x) - band.east0) / band.east1, p.x), std::copysign(std::max(lat, 0.0), p.y)};
}

}  // namespace gapmap
