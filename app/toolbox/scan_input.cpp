#include "app/toolbox/scan_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "app/toolbox/columns.h"
#include "data/read/vector_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

struct Rows {
    Layer                     layer;
    const std::string&        path;
    std::vector<double>       x, y, cases, base;  // base: cases and controls for Bernoulli
    std::vector<std::uint32_t> place, stratum;
    std::vector<std::string>  place_text, stratum_text;
    std::vector<std::size_t>  first_row;          // of a place
    std::vector<std::optional<TimeValue>> time;

    [[nodiscard]] std::size_t size() const noexcept { return cases.size(); }
    [[nodiscard]] std::size_t number(std::size_t row) const { return row + (is_csv_name(path) ? 2 : 1); }
    [[nodiscard]] Place       at(std::size_t row, const std::string& field) const { return {path, {}, number(row), field}; }
};

const Column& column_of(const Layer& layer, const std::string& name, const std::string& path) {
    try {
        return layer.table.at(name);
    } catch (const InputError& error) {
        throw InputError(error.message(), {path});
    }
}

std::vector<double> coordinate(const Layer& layer, const std::string& wanted, std::initializer_list<const char*> usual, const char* option, const std::string& path) {
    if (!wanted.empty()) return number_column(layer, wanted, path);
    for (const char* name : usual) {
        if (layer.table.find(name) != nullptr) return number_column(layer, name, path);
    }
    throw InputError(fmt::format("has neither geometry nor a column with a usual name for {}; name it with --{}", option, option), {path});
}

template <class Space>
void take_centroids(const Polygons<Space>& polygons, Rows& rows) {
    for (std::size_t r = 0; r < rows.layer.rows(); ++r) {
        const Point<Space> c = polygon_centroid(polygons.view(), r);
        rows.x.push_back(c.x);
        rows.y.push_back(c.y);
    }
}

void read_coordinates(Rows& rows, const InputOptions& options) {
    const Geometry& g = rows.layer.geometry;
    if (const auto* p = std::get_if<Points<Lonlat>>(&g)) { rows.x = p->x; rows.y = p->y; }
    else if (const auto* q = std::get_if<Points<Planar>>(&g)) { rows.x = q->x; rows.y = q->y; }
    else if (const auto* a = std::get_if<Polygons<Lonlat>>(&g)) take_centroids(*a, rows);
    else if (const auto* b = std::get_if<Polygons<Planar>>(&g)) take_centroids(*b, rows);
    else {
        rows.x = coordinate(rows.layer, options.x, {"lon", "lng", "longitude", "x", "经度"}, "x", rows.path);
        rows.y = coordinate(rows.layer, options.y, {"lat", "latitude", "y", "纬度"}, "y", rows.path);
    }
}

void read_counts(Rows& rows, const ScanColumns& columns, ScanModel model) {
    const std::size_t n = rows.layer.rows();
    rows.cases = columns.cases.empty() ? std::vector<double>(n, 1) : count_column(rows.layer, columns.cases, rows.path);
    for (std::size_t r = 0; r < n; ++r) {
        if (rows.cases[r] != std::floor(rows.cases[r]) && !std::isnan(rows.cases[r])) {
            throw InputError(fmt::format("expected a whole number of cases, got {}", rows.cases[r]), rows.at(r, columns.cases));
        }
        if (rows.cases[r] > 2e9) throw InputError(fmt::format("{} cases in one row are more than a scan can count", rows.cases[r]), rows.at(r, columns.cases));
    }
    if (model == ScanModel::permutation) return;
    const std::string& name = columns.controls.empty() ? columns.base : columns.controls;
    rows.base = count_column(rows.layer, name, rows.path);
    if (!columns.controls.empty()) {
        for (std::size_t r = 0; r < n; ++r) {
            if (!std::isnan(rows.base[r]) || !std::isnan(rows.cases[r])) rows.base[r] = (std::isnan(rows.base[r]) ? 0 : rows.base[r]) + (std::isnan(rows.cases[r]) ? 0 : rows.cases[r]);
        }
    }
    if (model != ScanModel::bernoulli) return;
    for (std::size_t r = 0; r < n; ++r) {
        if (rows.base[r] != std::floor(rows.base[r]) && !std::isnan(rows.base[r])) throw InputError(fmt::format("expected a whole number of individuals, got {}", rows.base[r]), rows.at(r, name));
        if (rows.base[r] >= 0x1p31) throw InputError(fmt::format("{} individuals in one row are more than a scan can count", rows.base[r]), rows.at(r, name));
    }
}

/// Numbers the different texts in their order.
std::vector<std::uint32_t> numbered(const std::vector<std::string>& texts, std::vector<std::string>& different) {
    std::map<std::string, std::uint32_t> numbers;
    for (const std::string& text : texts) numbers.emplace(text, 0);
    for (auto& [text, number] : numbers) {
        number = static_cast<std::uint32_t>(different.size());
        different.push_back(text);
    }
    std::vector<std::uint32_t> out;
    for (const std::string& text : texts) out.push_back(numbers.at(text));
    return out;
}

void read_names(Rows& rows, const ScanColumns& columns, const InputOptions& options) {
    const std::size_t        n = rows.size();
    std::vector<std::string> ids(n), strata(n);
    const Column*            id = id_column(rows.layer.table, options.id, rows.path);
    for (std::size_t r = 0; r < n; ++r) {
        ids[r] = id != nullptr ? id->text(r) : std::to_string(r + 1);
        if (ids[r].empty()) throw InputError("is blank; every row needs the id of its place", rows.at(r, id->name));
    }
    for (const std::string& name : columns.strata) {
        const Column& column = column_of(rows.layer, name, rows.path);
        for (std::size_t r = 0; r < n; ++r) strata[r] += (strata[r].empty() ? "" : ", ") + name + " " + column.text(r);
    }
    rows.place   = numbered(ids, rows.place_text);
    rows.stratum = numbered(strata, rows.stratum_text);
    rows.first_row.assign(rows.place_text.size(), n);
    for (std::size_t r = n; r-- > 0;) rows.first_row[rows.place[r]] = r;
}

void read_times(Rows& rows, const ScanColumns& columns) {
    rows.time.resize(rows.size());
    if (columns.time.empty()) return;
    const Column&            column = column_of(rows.layer, columns.time, rows.path);
    std::vector<std::string> texts;
    std::vector<std::size_t> which, numbers;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::string text = column.text(r);
        const bool        counts = rows.cases[r] > 0;
        if (text.empty() && counts) throw InputError("is blank; a row with cases needs a time", rows.at(r, columns.time));
        if (text.empty()) continue;
        texts.push_back(text);
        which.push_back(r);
        numbers.push_back(rows.number(r));
    }
    if (texts.empty()) throw InputError("holds no time at all", {rows.path, {}, 0, columns.time});
    const auto values = parse_times(texts, numbers, rows.path, columns.time);
    for (std::size_t k = 0; k < values.size(); ++k) rows.time[which[k]] = values[k];
    const bool calendar = std::ranges::any_of(values, [](const TimeValue& v) { return v.unit != TimeUnit::number; });
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (calendar == (values[k].unit == TimeUnit::number)) throw InputError(fmt::format("'{}' is no date, as the others are", texts[k]), rows.at(which[k], columns.time));
    }
}

/// The period that was asked for, else that of the rows that say how many cases there were.
TimeAxis axis_of(const Rows& rows, const ScanColumns& columns) {
    std::vector<TimeValue> counted;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (rows.time[r] && !std::isnan(rows.cases[r])) counted.push_back(*rows.time[r]);
    }
    if (counted.empty()) throw InputError("no row has both a time and a number of cases", {rows.path, {}, 0, columns.time});
    const TimeStep step = parse_time_step(columns.time_step, counted);
    std::int64_t   first = counted.front().first, last = counted.front().last;
    for (const TimeValue& v : counted) {
        first = std::min(first, v.first);
        last  = std::max(last, v.last);
    }
    if (!columns.period.empty()) {
        const auto comma = columns.period.find(',');
        const std::array<std::string, 2> texts{columns.period.substr(0, comma), comma == std::string::npos ? "" : columns.period.substr(comma + 1)};
        const std::array<std::size_t, 2> none{};
        std::vector<TimeValue>           period;
        try {
            period = parse_times(texts, none, {}, {});
        } catch (const InputError&) {
            throw UsageError(fmt::format("--period: expected START,END such as 1973,1991 or 2024-01-01,2024-12-31, got '{}'", columns.period));
        }
        const bool number = step.unit == TimeUnit::number;
        if (number != (period[0].unit == TimeUnit::number)) {
            const auto plain = [&](const TimeValue& v, const std::string& text) { return number && v.unit == TimeUnit::year ? std::stoll(text) : v.first; };
            if (!number || period[0].unit != TimeUnit::year) throw UsageError(fmt::format("--period {}: expected {}, as the times are", columns.period, number ? "whole numbers" : "dates"));
            for (std::size_t k = 0; k < 2; ++k) period[k].first = period[k].last = plain(period[k], texts[k]);
        }
        first = period[0].first;
        last  = period[1].last;
        if (first > last) throw UsageError(fmt::format("--period {}: the end lies before the start", columns.period));
    }
    TimeAxis axis = make_time_axis(first, last, step);
    if (axis.intervals() > 100'000) throw UsageError(fmt::format("the period has {} steps of {}; give a longer --time-step", axis.intervals(), to_string(step)));
    return axis;
}

void place_rows(Rows& rows, ScanTable& out) {
    const std::size_t places = rows.place_text.size();
    out.x.assign(places, NAN);
    out.y.assign(places, NAN);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::uint32_t p = rows.place[r];
        if (std::isnan(rows.x[r]) || std::isnan(rows.y[r])) continue;
        if (std::isnan(out.x[p])) {
            out.x[p] = rows.x[r];
            out.y[p] = rows.y[r];
        } else if (out.x[p] != rows.x[r] || out.y[p] != rows.y[r]) {
            throw InputError(fmt::format("place '{}' lies at {}, {} here, but at {}, {} in row {}; one place has one position", rows.place_text[p], rows.x[r], rows.y[r], out.x[p], out.y[p],
                                         rows.number(rows.first_row[p])), {rows.path, {}, rows.number(r), {}});
        }
    }
}

/// Leaves out places without coordinates: they can be in no window. What was left out is counted.
void drop_unplaced(Rows& rows, ScanTable& out) {
    std::vector<std::uint32_t> to(out.x.size());
    std::vector<std::size_t>   kept;
    for (std::size_t p = 0; p < out.x.size(); ++p) {
        to[p] = static_cast<std::uint32_t>(kept.size());
        if (!std::isnan(out.x[p])) kept.push_back(p);
    }
    out.without_place = out.x.size() - kept.size();
    if (out.without_place == 0) return;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (std::isnan(out.x[rows.place[r]])) {
            out.cases_without_place += std::isnan(rows.cases[r]) ? 0 : static_cast<std::int64_t>(rows.cases[r]);
            rows.cases[r] = NAN;
            if (!rows.base.empty()) rows.base[r] = NAN;
            rows.place[r] = 0;
        } else {
            rows.place[r] = to[rows.place[r]];
        }
    }
    for (std::size_t k = 0; k < kept.size(); ++k) {
        out.x[k] = out.x[kept[k]];
        out.y[k] = out.y[kept[k]];
        rows.place_text[k] = rows.place_text[kept[k]];
        rows.first_row[k]  = rows.first_row[kept[k]];
    }
    out.x.resize(kept.size());
    out.y.resize(kept.size());
    rows.place_text.resize(kept.size());
    rows.first_row.resize(kept.size());
}

/// Cases by place and interval, and by stratum.
std::vector<double> count_cases(const Rows& rows, ScanTable& out, const ScanColumns& columns) {
    const std::size_t   t = out.intervals();
    std::vector<double> by_stratum(rows.stratum_text.size(), 0);
    out.cases.assign(out.places() * t, 0);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (std::isnan(rows.cases[r])) continue;
        std::size_t interval = 0;
        if (out.axis && !rows.time[r]) continue;  // no cases: seen to where times are read
        if (out.axis) {
            if (rows.time[r]->first < out.axis->bounds.front() || rows.time[r]->last >= out.axis->bounds.back()) {
                out.outside_period += rows.cases[r] > 0 ? 1U : 0U;
                continue;
            }
            interval = out.axis->interval_of(rows.time[r]->first);
            if (rows.cases[r] > 0 && interval != out.axis->interval_of(rows.time[r]->last)) {
                throw InputError("the time is given less exactly than the intervals are cut; give a coarser --time-step or a fitting --period", rows.at(r, columns.time));
            }
        }
        out.cases[rows.place[r] * t + interval] += static_cast<std::int64_t>(rows.cases[r]);
        by_stratum[rows.stratum[r]] += rows.cases[r];
    }
    return by_stratum;
}

/// People at risk of each place, stratum and interval: (place * strata + stratum) * intervals.
std::vector<double> count_base(const Rows& rows, const ScanTable& out, const ScanColumns& columns, bool by_interval) {
    const std::size_t   t = out.intervals(), strata = rows.stratum_text.size();
    std::vector<double> base(out.places() * strata * t, 0);
    std::vector<std::map<std::int64_t, double>> dated(out.axis && !by_interval ? out.places() * strata : 0);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (std::isnan(rows.base[r])) continue;
        const std::size_t cell = std::size_t{rows.place[r]} * strata + rows.stratum[r];
        if (!out.axis) base[cell] += rows.base[r];
        else if (!rows.time[r] && by_interval) throw InputError("is blank; a base needs the time it is of", rows.at(r, columns.time));
        else if (!by_interval) dated[cell][rows.time[r] ? rows.time[r]->middle() : 0] += rows.base[r];
        else if (rows.time[r]->first >= out.axis->bounds.front() && rows.time[r]->last < out.axis->bounds.back()) base[cell * t + out.axis->interval_of(rows.time[r]->first)] += rows.base[r];
    }
    for (std::size_t cell = 0; cell < dated.size(); ++cell) {
        if (dated[cell].empty()) continue;
        std::vector<std::int64_t> days;
        std::vector<double>       population;
        for (const auto& [day, people] : dated[cell]) {
            days.push_back(day);
            population.push_back(people);
        }
        std::ranges::copy(population_time(*out.axis, days, population), base.begin() + static_cast<std::ptrdiff_t>(cell * t));
    }
    return base;
}

/// Indirect standardisation: each stratum's own rate, times the people at risk.
void standardise(const Rows& rows, ScanTable& out, const std::vector<double>& base, const std::vector<double>& cases) {
    const std::size_t   t = out.intervals(), strata = rows.stratum_text.size();
    std::vector<double> people(strata, 0);
    for (std::size_t k = 0; k < base.size(); ++k) people[k / t % strata] += base[k];
    for (std::size_t s = 0; s < strata; ++s) {
        if (cases[s] > 0 && !(people[s] > 0)) throw InputError(fmt::format("there are {} cases but nobody at risk{}{}", cases[s], strata > 1 ? " in stratum " : "", strata > 1 ? rows.stratum_text[s] : ""), {rows.path});
    }
    out.base.assign(out.places() * t, 0);
    out.population.assign(out.places(), 0);
    for (std::size_t k = 0; k < base.size(); ++k) {
        const std::size_t s = k / t % strata, place = k / t / strata;
        out.population[place] += base[k];
        if (people[s] > 0) out.base[place * t + k % t] += strata > 1 ? base[k] * (cases[s] / people[s]) : base[k];
    }
}

void check_base(const Rows& rows, const ScanTable& out, ScanModel model) {
    const std::size_t t = out.intervals();
    for (std::size_t k = 0; k < out.base.size(); ++k) {
        const auto cases = static_cast<double>(out.cases[k]);
        if (model == ScanModel::bernoulli ? cases <= out.base[k] : cases == 0 || out.base[k] > 0) continue;
        const std::string when = out.axis ? fmt::format(" in interval {} of {}", k % t + 1, t) : "";
        const std::string what = model == ScanModel::bernoulli ? fmt::format("{} cases among {} individuals", cases, out.base[k]) : fmt::format("{} cases but nobody at risk", cases);
        throw InputError(fmt::format("place '{}' has {}{}; correct the base or leave the place out", rows.place_text[k / t], what, when), {rows.path, {}, rows.number(rows.first_row[k / t]), {}});
    }
}

void to_sphere(ScanTable& out) {
    for (std::size_t p = 0; p < out.places(); ++p) {
        const double lon = out.kx[p] * std::numbers::pi / 180, lat = out.ky[p] * std::numbers::pi / 180;
        out.kx[p] = scan_sphere_m * std::cos(lat) * std::cos(lon);
        out.ky[p] = scan_sphere_m * std::cos(lat) * std::sin(lon);
        out.kz.push_back(scan_sphere_m * std::sin(lat));
    }
}

void settle_metric(ScanTable& out, const InputOptions& options, const std::string& path, const Execution& exec) {
    out.kx = out.x;
    out.ky = out.y;
    if (out.crs.empty() && !options.crs.empty()) out.crs = crs_of_option(options.crs, "--crs");
    if (options.as_is()) return;
    if (out.crs.empty()) throw InputError("states no coordinate system; add --crs EPSG:4490 (or EPSG:4326, ...), or --metric none to use the numbers as they are", {path});
    if (is_geographic(out.crs) && options.metric == "auto") {
        for (std::size_t p = 0; p < out.places(); ++p) {
            if (std::abs(out.y[p]) > 90 || std::abs(out.x[p]) > 360) throw InputError(fmt::format("{}, {} is no longitude and latitude; is --crs right?", out.x[p], out.y[p]), {path});
        }
        return to_sphere(out);
    }
    out.metric = choose_metric(options, out.crs, PointsView<Planar>{out.x, out.y});
    transform_coordinates(out.kx, out.ky, out.crs, out.metric, exec);
    for (std::size_t p = 0; p < out.places(); ++p) {
        if (std::isnan(out.kx[p])) throw InputError(fmt::format("{}, {} cannot be transformed to {}", out.x[p], out.y[p], out.metric), {path});
    }
}

Column id_values(const Rows& rows, const InputOptions& options) {
    const Column* id = id_column(rows.layer.table, options.id, rows.path);
    if (id != nullptr && !std::holds_alternative<Column::Integers>(id->data)) return {id->name, rows.place_text, {}};
    Column::Integers numbers;
    for (const std::string& text : rows.place_text) numbers.push_back(std::stoll(text));
    return {id != nullptr ? id->name : "id", std::move(numbers), {}};
}

}  // namespace

ScanTable read_scan_table(const std::string& path, const ScanColumns& columns, ScanModel model, const InputOptions& options, const Execution& exec) {
    if (!options.crs.empty()) (void)crs_of_option(options.crs, "--crs");
    Rows rows{read_layer(path, {.crs = options.crs}, exec), path, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    if (rows.layer.rows() == 0) throw InputError("holds no rows", {path});
    read_coordinates(rows, options);
    read_counts(rows, columns, model);
    read_names(rows, columns, options);
    read_times(rows, columns);
    ScanTable out;
    out.rows = rows.size();
    out.crs  = rows.layer.crs;
    if (!columns.time.empty()) out.axis = axis_of(rows, columns);
    place_rows(rows, out);
    drop_unplaced(rows, out);
    const auto cases = count_cases(rows, out, columns);
    if (model != ScanModel::permutation) {
        standardise(rows, out, count_base(rows, out, columns, columns.base_by_interval || model == ScanModel::bernoulli), cases);
        check_base(rows, out, model);
    }
    out.ids.push_back(id_values(rows, options));
    settle_metric(out, options, path, exec);
    return out;
}

}  // namespace gapmap
