#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "app/demo/visits.h"

// The smaller ledgers of one county, before they are written as files. Unit codes are those of county 0.
namespace gapmap::demo {

inline constexpr std::size_t  site_count = 128, warning_count = 11'962, trainings = 62, street_events = 46;
inline constexpr std::int64_t attendance_total = 50'000;
inline constexpr std::int64_t national_installed = 31'077, national_real_name = 26'115;  ///< 国家反诈中心
inline constexpr std::int64_t local_installed = 44'306, local_target = 43'003;           ///< 宝鸡反诈卫士: 103.03 %
inline constexpr std::size_t  cases_before = 48, cases_now = 25;                          ///< January to August: -47.92 %
inline constexpr std::int64_t loss_before_yuan = 4'780'000, loss_now_yuan = 1'664'396;    ///< -65.18 %
inline constexpr std::int64_t stopped_yuan = 3'941'500, frozen_yuan = 2'165'900, recovered_yuan = 462'000;

struct Site {
    std::string   code, name, kind;
    Point<Lonlat> place;  ///< EPSG:4490; the ledger gives GCJ-02
    Day           opened{}, closed{};
    bool          is_closed = false;
};
struct Event {
    std::string  code, kind;
    Day          date{};
    std::size_t  village    = 0;
    std::int64_t attendance = 0;
};
struct Warning {
    Day         date{};
    std::size_t village = 0;
    std::string outcome;
};
struct Station {
    std::string   code, name;
    int           officers = 0;
    double        hours    = 0;  ///< officer-hours a week
    Point<Lonlat> place;
};
struct Organisation {
    std::string code, name;
    std::size_t village = 0;
    Day         from{}, to{};
    bool        ended = false;
};
struct Case {
    std::string   code, kind, location_role;
    Day           date{};
    std::int64_t  loss_yuan = 0, stopped_yuan = 0, frozen_yuan = 0, recovered_yuan = 0;
    std::string   unit;  ///< empty: the row gives only a place
    bool          has_place = false;
    Point<Lonlat> place;
    std::size_t   village = 0;
    bool          in_cluster = false;
};
/// Weekly cumulative counts of one app: [week][village].
struct AppCounts {
    std::vector<std::vector<std::int64_t>> installed, real_name;
    std::vector<std::int64_t>              target;  ///< by village; empty where the app has none
};
struct Records {
    AppCounts                 national, local;
    std::vector<Site>         sites;
    std::vector<Event>        events;
    std::vector<Warning>      warnings;
    std::vector<Station>      stations;
    std::vector<Organisation> organisations;
    std::vector<Case>         cases;
    Point<Lonlat>             cluster_centre;
};

[[nodiscard]] Records make_records(const Ground& ground, const People& people, Seed seed, std::size_t k);

/// Whole parts of `total` in proportion to the weights, adding up to it exactly (largest remainder, ties to the first).
[[nodiscard]] std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& weights);

/// Step of make_records() that lives in its own file.
void make_cases(const Ground& ground, const People& people, Seed seed, std::size_t k, Records& records);

}  // namespace gapmap::demo
