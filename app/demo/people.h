#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/demo/ground.h"

namespace gapmap::demo {

inline constexpr std::uint32_t total_people  = 73'295;  ///< 26,115 real-name installs are 3,563 per 10,000 of it
inline constexpr std::uint32_t total_at_risk = 43'003;  ///< 44,306 registered are 103.03 % of it
inline constexpr std::int32_t  nowhere       = -1;

struct Household {
    std::uint32_t village  = 0;
    std::int32_t  grid     = nowhere;  ///< `nowhere`: an outlying household
    std::int32_t  building = nowhere;
    std::uint8_t  people   = 1;
    std::uint8_t  at_risk  = 0;  ///< people aged 16 to 55
    Point<Lonlat> place;
};

/// Households in the order of the villages; village v owns [first[v], first[v + 1]).
struct People {
    std::vector<Household>   households;
    std::vector<std::size_t> first;
};

/// Households of county `k`, with exactly `total_people` and `total_at_risk` people.
[[nodiscard]] People make_people(const Ground& ground, Seed seed, std::size_t k);

/// "610329100200-0123", in county 0.
[[nodiscard]] std::string household_code(const Ground& ground, const People& people, std::size_t h);
/// Building code where there is one, else the village's, in county 0.
[[nodiscard]] const std::string& unit_code(const Ground& ground, const Household& household);

[[nodiscard]] Point<Lonlat> moved_m(Point<Lonlat> p, double east_m, double north_m) noexcept;
/// Distance on the ground, good to a part in a thousand inside the county.
[[nodiscard]] double distance_m(Point<Lonlat> a, Point<Lonlat> b) noexcept;
/// Row address of the draws of county k, item i.
[[nodiscard]] constexpr std::uint64_t address(std::size_t k, std::size_t i) noexcept { return (std::uint64_t{k} << 32) | i; }

}  // namespace gapmap::demo
