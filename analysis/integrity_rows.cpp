#include "analysis/integrity_rows.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// Rows with a team that `keep` holds for, in order of `key`.
template <class Keep, class Key>
std::vector<std::uint32_t> ordered(const FieldRows& rows, Keep keep, Key key) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t row = 0; row < rows.team.size(); ++row) {
        if (rows.team[row] >= 0 && keep(row)) order.push_back(row);
    }
    std::ranges::sort(order, {}, [&](std::uint32_t row) { return std::tuple{key(row), rows.number[row]}; });
    return order;
}

/// Calls use(first, last) for each run of rows with the same key.
template <class Key, class Use>
void for_runs(const std::vector<std::uint32_t>& order, Key key, Use use) {
    for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
        while (last < order.size() && key(order[last]) == key(order[first])) ++last;
        use(first, last);
    }
}

bool has_point(const FieldRows& rows, std::uint32_t row) { return rows.precise[row] != 0 && std::isfinite(rows.x[row]) && std::isfinite(rows.y[row]); }

void flag_speed(const FieldRows& rows, const IntegrityOptions& o, std::vector<RowFlags>& out) {
    const auto when  = [&](std::uint32_t row) { return std::tuple{rows.team[row], rows.officer[row], rows.day[row], rows.minute[row]}; };
    const auto order = ordered(rows, [&](std::uint32_t row) { return rows.officer[row] >= 0 && rows.minute[row] >= 0 && has_point(rows, row); }, when);
    for (std::size_t i = 1; i < order.size(); ++i) {
        const std::uint32_t a = order[i - 1], b = order[i];
        if (rows.team[a] != rows.team[b] || rows.officer[a] != rows.officer[b] || rows.day[a] != rows.day[b]) continue;
        RowFlags& flags       = out[b];
        flags.previous        = a;
        flags.distance_m      = std::hypot(rows.x[b] - rows.x[a], rows.y[b] - rows.y[a]);
        flags.seconds         = 60.0 * (rows.minute[b] - rows.minute[a]);
        flags.slowest_m_per_s = std::max(0.0, flags.distance_m - 2 * o.place_error_m) / (flags.seconds + o.time_error_s);
        flags.too_fast        = flags.slowest_m_per_s > o.speed_m_per_s;
    }
}

void flag_crowds(const FieldRows& rows, const IntegrityOptions& o, std::vector<RowFlags>& out) {
    const auto when  = [&](std::uint32_t row) { return std::tuple{rows.team[row], rows.officer[row], rows.day[row], rows.minute[row]}; };
    const auto order = ordered(rows, [&](std::uint32_t row) { return rows.minute[row] >= 0; }, when);
    for_runs(order, when, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            out[order[i]].in_minute = static_cast<std::int64_t>(last - first);
            out[order[i]].crowded   = out[order[i]].in_minute >= o.crowd_rows;
        }
    });
}

void flag_places(const FieldRows& rows, const IntegrityOptions& o, std::vector<RowFlags>& out) {
    const auto where = [&](std::uint32_t row) {
        return std::tuple{rows.team[row], rows.week[row], std::llround(rows.x[row] / o.place_grid_m), std::llround(rows.y[row] / o.place_grid_m)};
    };
    const auto order = ordered(rows, [&](std::uint32_t row) { return has_point(rows, row); }, where);
    for_runs(order, where, [&](std::size_t first, std::size_t last) {
        bool several = false;
        for (std::size_t i = first + 1; i < last; ++i) {
            const std::int32_t a = rows.household[order[first]], b = rows.household[order[i]];
            several = several || a != b || a < 0;
        }
        for (std::size_t i = first; i < last; ++i) out[order[i]].shared_place = several;
    });
}

}  // namespace

std::vector<RowFlags> flag_rows(const FieldRows& rows, const IntegrityOptions& options) {
    GEO_EXPECTS(options.place_grid_m > 0 && options.speed_m_per_s > 0 && options.time_error_s > 0 && options.crowd_rows >= 2);
    std::vector<RowFlags> out(rows.team.size());
    flag_speed(rows, options, out);
    flag_crowds(rows, options, out);
    flag_places(rows, options, out);
    return out;
}

PeerBase peer_base(const std::vector<std::int64_t>& top, const std::vector<std::int64_t>& bottom, bool upper, double least_icc) {
    double rows = 0, hits = 0, squares = 0, mean = 0, teams = 0;
    for (std::size_t j = 0; j < top.size(); ++j) {
        if (bottom[j] == 0) continue;
        const auto n = static_cast<double>(bottom[j]);
        rows += n, hits += static_cast<double>(top[j]), squares += n * n, mean += static_cast<double>(top[j]) / n, ++teams;
    }
    if (teams == 0) return {0, least_icc};
    const double pooled = hits / rows;
    PeerBase     out{upper ? std::max(pooled, mean / teams) : std::min(pooled, mean / teams), least_icc};
    if (teams < 2 || rows <= teams) return out;
    double between = 0, within = 0;
    for (std::size_t j = 0; j < top.size(); ++j) {
        if (bottom[j] == 0) continue;
        const double n = static_cast<double>(bottom[j]), share = static_cast<double>(top[j]) / n;
        between += n * (share - pooled) * (share - pooled);
        within += n * share * (1 - share);
    }
    between /= teams - 1;
    within /= rows - teams;
    const double size = (rows - squares / rows) / (teams - 1), spread = between + (size - 1) * within;
    if (spread > 0) out.icc = std::clamp((between - within) / spread, least_icc, 0.9);
    return out;
}

}  // namespace gapmap
