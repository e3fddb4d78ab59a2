#pragma once
#include <string>
#include <string_view>

#include "data/ingest/cell_parse.h"

namespace gapmap {

/// Which way a written coordinate points, where its text says so (E, 东经: east; N, 北纬: north).
enum class Axis { unsaid, east, north };

/// One coordinate as written: its value, the axis if marked, and the digits behind the decimal point (-1: not decimal degrees).
struct GivenCoordinate {
    double value    = 0;
    Axis   axis     = Axis::unsaid;
    int    decimals = -1;
};

/// Degrees with marks, degrees-minutes-seconds in the spellings 107°47′12″, 107度47分12秒, 107:47:12, 107 47 12, 107-47-12, 107°47.2′, with E, N, 东经,
/// 北纬 before or behind; or a plain number (also metres). The note says what was converted; on failure, what was expected.
[[nodiscard]] Cell<GivenCoordinate> parse_coordinate(std::string_view folded);

/// Both coordinates of one cell, x (east) first in the result. Separators: comma, semicolon, slash, |, blanks, or the marks alone
/// (E107°47′N34°41′). Where marks or values say that latitude came first, the pair is turned and the note says so.
struct GivenPair {
    GivenCoordinate x, y;
    bool            turned = false;
};
[[nodiscard]] Cell<GivenPair> parse_coordinate_pair(std::string_view folded);

}  // namespace gapmap
