#include "geo/crs/gauss_kruger.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

#include "geo/core/clones.h"
#include "geo/core/expects.h"
#include "geo/crs/block_trig.h"

namespace gapmap {
namespace {

constexpr double flattening = 1 / 298.257222101;  // GRS 80
constexpr double axis_m     = 6'378'137;
constexpr double n          = flattening / (2 - flattening);
constexpr double n2 = n * n, n3 = n2 * n, n4 = n2 * n2, n5 = n4 * n, n6 = n3 * n3;
constexpr double quadrant_m = axis_m / (1 + n) * (1 + n2 / 4 + n4 / 64 + n6 / 256);  // radius of the rectifying sphere
constexpr double degree     = std::numbers::pi / 180;
constexpr double widest     = 10.0;                  // degrees from the central meridian
constexpr double widest_m   = 1'107'000;             // a little less in metres, on the equator
constexpr double farthest   = 84;                    // degrees of latitude: at the pole the short series fail
constexpr double farthest_m = 9'330'000;             // about the same in metres

using Series = std::array<double, 4>;
constexpr Series to_plane{n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180 - 127 * n5 / 288 + 7891 * n6 / 37800,
                          13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440 + 281 * n5 / 630 - 1983433 * n6 / 1935360,
                          61 * n3 / 240 - 103 * n4 / 140 + 15061 * n5 / 26880 + 167603 * n6 / 181440,
                          49561 * n4 / 161280 - 179 * n5 / 168 + 6601661 * n6 / 7257600};
constexpr Series from_plane{n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360 - 81 * n5 / 512 + 96199 * n6 / 604800,
                            n2 / 48 + n3 / 15 - 437 * n4 / 1440 + 46 * n5 / 105 - 1118711 * n6 / 3870720,
                            17 * n3 / 480 - 37 * n4 / 840 - 209 * n5 / 4480 + 5569 * n6 / 90720,
                            4397 * n4 / 161280 - 11 * n5 / 504 - 830251 * n6 / 7257600};
constexpr Series to_conformal{-2 * n + 2 * n2 / 3 + 4 * n3 / 3 - 82 * n4 / 45 + 32 * n5 / 45 + 4642 * n6 / 4725,
                              5 * n2 / 3 - 16 * n3 / 15 - 13 * n4 / 9 + 904 * n5 / 315 - 1522 * n6 / 945,
                              -26 * n3 / 15 + 34 * n4 / 21 + 8 * n5 / 5 - 12686 * n6 / 2835, 1237 * n4 / 630 - 12 * n5 / 5 - 24832 * n6 / 14175};
constexpr Series from_conformal{2 * n - 2 * n2 / 3 - 2 * n3 + 116 * n4 / 45 + 26 * n5 / 45 - 2854 * n6 / 675,
                                7 * n2 / 3 - 8 * n3 / 5 - 227 * n4 / 45 + 2704 * n5 / 315 + 2323 * n6 / 945,
                                56 * n3 / 15 - 136 * n4 / 35 - 1262 * n5 / 105 + 73814 * n6 / 2835, 4279 * n4 / 630 - 332 * n5 / 35 - 399572 * n6 / 14175};

/// sum_j c_j sin(2 j a), given sin 2a and cos 2a (Clenshaw).
inline double sines(const Series& c, double sin2, double cos2) noexcept {
    const double two = 2 * cos2;
    const double b3 = c[2] + two * c[3], b2 = c[1] + two * b3 - c[3], b1 = c[0] + two * b2 - b3;
    return sin2 * b1;
}

/// sum_j c_j sin(2 j (a + i b)), given sin 2a, cos 2a, sinh 2b, cosh 2b.
struct Pair {
    double real, imaginary;
};
inline Pair complex_sines(const Series& c, double sin2, double cos2, double sinh2, double cosh2) noexcept {
    const double tr = 2 * cos2 * cosh2, ti = -2 * sin2 * sinh2;
    const double r3 = c[2] + tr * c[3], i3 = ti * c[3];
    const double r2 = c[1] + tr * r3 - ti * i3 - c[3], i2 = tr * i3 + ti * r3;
    const double r1 = c[0] + tr * r2 - ti * i2 - r3, i1 = tr * i2 + ti * r2 - i3;
    const double sr = sin2 * cosh2, si = cos2 * sinh2;
    return {sr * r1 - si * i1, sr * i1 + si * r1};
}

/// atan(x) for sign -1, atanh(x) for sign 1; |x| <= 0.2.
inline double small_atan(double x, double sign) noexcept {
    const double z = sign * x * x;
    double       s = 1.0 / 25;
    for (int k = 23; k >= 1; k -= 2) s = s * z + 1.0 / k;
    return x * s;
}

constexpr std::size_t block = 256;
struct Block {
    alignas(32) double x[block], y[block];
};

GAPMAP_CLONES void forward_block(Block& b, double central_meridian_deg, double false_easting_m) {
    for (std::size_t i = 0; i < block; ++i) {
        const double lambda = (b.x[i] - central_meridian_deg) * degree, phi = b.y[i] * degree;
        const Turn   half   = turn_within_eighth(phi / 2);
        const double sin_phi = 2 * half.sine * half.cosine, cos_phi = 1 - 2 * half.sine * half.sine;
        const double delta   = sines(to_conformal, 2 * sin_phi * cos_phi, 1 - 2 * sin_phi * sin_phi);
        const Turn   turn    = turn_within_eighth(delta);
        const double sin_chi = sin_phi * turn.cosine + cos_phi * turn.sine, cos_chi = cos_phi * turn.cosine - sin_phi * turn.sine;
        const Turn   along   = turn_within_eighth(lambda);
        // 1 - cos without cancellation.
        const Turn   quarter = turn_within_eighth(lambda / 2);
        const double versine = 2 * quarter.sine * quarter.sine;
        const double east    = cos_chi * along.sine, north = cos_chi * along.cosine;  // of the unit sphere, beside sin_chi
        const double rise    = sin_chi * cos_chi * versine / (cos_chi * north + sin_chi * sin_chi);
        const double h2      = 1 - east * east;
        const double xi = phi + delta + small_atan(rise, -1), eta = small_atan(east, 1);
        const Pair   sum = complex_sines(to_plane, 2 * sin_chi * north / h2, (north * north - sin_chi * sin_chi) / h2, 2 * east / h2, (1 + east * east) / h2);
        b.x[i] = quadrant_m * (eta + sum.imaginary) + false_easting_m;
        b.y[i] = quadrant_m * (xi + sum.real);
    }
}

GAPMAP_CLONES void inverse_block(Block& b, double central_meridian_deg, double false_easting_m) {
    for (std::size_t i = 0; i < block; ++i) {
        const double eta0 = (b.x[i] - false_easting_m) / quadrant_m, xi0 = b.y[i] / quadrant_m;
        const Turn   half = turn_within_eighth(xi0 / 2);
        const double s0 = 2 * half.sine * half.cosine, c0 = 1 - 2 * half.sine * half.sine;
        const Hyperbolic wide = hyperbolic_small(2 * eta0);
        const Pair   sum = complex_sines(from_plane, 2 * s0 * c0, 1 - 2 * s0 * s0, wide.sine, wide.cosine);
        const double eta = eta0 - sum.imaginary;
        const Turn   turn = turn_within_eighth(-sum.real);
        const double sin_xi = s0 * turn.cosine + c0 * turn.sine, cos_xi = c0 * turn.cosine - s0 * turn.sine;
        const Hyperbolic narrow = hyperbolic_small(eta);
        const double tan_lambda = narrow.sine / cos_xi;
        const double lambda     = small_atan(tan_lambda, -1);
        const double secant2    = 1 + tan_lambda * tan_lambda;
        const double cos_lambda = 1 / std::sqrt(secant2), versine = tan_lambda * tan_lambda / (secant2 * (1 + cos_lambda));  // 1 - cos
        const double fall = sin_xi * cos_xi * versine / (cos_xi * cos_xi + sin_xi * sin_xi * cos_lambda);
        const double bend = -small_atan(fall, -1);  // from xi to the conformal latitude
        const Turn   back = turn_within_eighth(bend);
        const double sin_chi = sin_xi * back.cosine + cos_xi * back.sine, cos_chi = cos_xi * back.cosine - sin_xi * back.sine;
        const double chi = xi0 - sum.real + bend;
        b.y[i] = (chi + sines(from_conformal, 2 * sin_chi * cos_chi, 1 - 2 * sin_chi * sin_chi)) / degree;
        b.x[i] = lambda / degree + central_meridian_deg;
    }
}

/// Runs a block function over two columns; points for which `inside` does not hold keep their values.
template <class Inside, class Work>
void in_blocks(std::span<double> x, std::span<double> y, std::vector<std::size_t>& beyond, double safe_x, double safe_y, Inside inside, Work work) {
    GEO_EXPECTS(x.size() == y.size());
    Block b;
    for (std::size_t first = 0; first < x.size(); first += block) {
        const std::size_t count = std::min(block, x.size() - first), known = beyond.size();
        for (std::size_t i = 0; i < block; ++i) {
            const bool valid = i < count && inside(x[first + i], y[first + i]);
            b.x[i] = valid ? x[first + i] : safe_x;
            b.y[i] = valid ? y[first + i] : safe_y;
            if (i < count && !valid) beyond.push_back(first + i);
        }
        work(b);
        std::size_t next = known;
        for (std::size_t i = 0; i < count; ++i) {
            if (next < beyond.size() && beyond[next] == first + i) {
                ++next;
                continue;
            }
            x[first + i] = b.x[i];
            y[first + i] = b.y[i];
        }
    }
}

}  // namespace

std::optional<GaussKruger> GaussKruger::of(std::string_view crs) noexcept {
    constexpr std::string_view prefix = "EPSG:";
    int                        code   = 0;
    if (!crs.starts_with(prefix)) return std::nullopt;
    crs.remove_prefix(prefix.size());
    if (std::from_chars(crs.data(), crs.data() + crs.size(), code).ptr != crs.data() + crs.size()) return std::nullopt;
    const auto zone = [](int number, int degrees, bool in_front) {
        const double meridian = degrees == 6 ? number * 6 - 3 : number * 3;
        return GaussKruger{meridian, 500'000.0 + (in_front ? number * 1e6 : 0.0)};
    };
    if (code >= 4491 && code <= 4501) return zone(code - 4491 + 13, 6, true);
    if (code >= 4502 && code <= 4512) return zone(code - 4502 + 13, 6, false);
    if (code >= 4513 && code <= 4533) return zone(code - 4513 + 25, 3, true);
    if (code >= 4534 && code <= 4554) return zone(code - 4534 + 25, 3, false);
    return std::nullopt;
}

void GaussKruger::forward(std::span<double> x, std::span<double> y, std::vector<std::size_t>& beyond) const {
    const auto inside = [this](double lon, double lat) { return std::abs(lon - central_meridian_deg) <= widest && std::abs(lat) <= farthest; };
    in_blocks(x, y, beyond, central_meridian_deg, 0, inside, [this](Block& b) { forward_block(b, central_meridian_deg, false_easting_m); });
}

void GaussKruger::inverse(std::span<double> x, std::span<double> y, std::vector<std::size_t>& beyond) const {
    // Meridians draw together: as many degrees are fewer metres further north.
    const auto inside = [this](double east, double north) {
        return std::abs(north) <= farthest_m && std::abs(east - false_easting_m) <= widest_m * std::cos(north / quadrant_m);
    };
    in_blocks(x, y, beyond, false_easting_m, 0, inside, [this](Block& b) { inverse_block(b, central_meridian_deg, false_easting_m); });
}

}  // namespace gapmap
