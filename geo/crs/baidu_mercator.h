#pragma once
#include "geo/shape/points.h"

namespace gapmap {

/// BD-09 degrees to Baidu's own metres ("BD09MC", what Baidu's tiles and web pages use) and back. Not a Mercator of any ellipsoid: a polynomial of
/// degree six in the latitude for each band of 15 degrees. Odd in both coordinates.
/// The bands do not quite meet: the northing jumps by less than half a metre at 15, 30 and 45 degrees, by 15 m at 60, which is beyond China.
/// Domain: latitudes in [-75, 75]; beyond, and for NaN: NaN. Error: forward exact by Baidu's definition; the inverse is Newton's, to
/// below 1e-9 degrees wherever the polynomials rise (Baidu's own inverse polynomials are off by up to a decimetre).
/// Source: the coefficients of Baidu's map script, as many projects print them; checked against tests/fixtures/gcj_vectors.csv.
[[nodiscard]] Point<Planar> bd09_to_mercator(Point<Lonlat> p) noexcept;
[[nodiscard]] Point<Lonlat> mercator_to_bd09(Point<Planar> p) noexcept;

}  // namespace gapmap
