#include "geo/crs/transform.h"

#include <fmt/format.h>
#include <proj.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "geo/crs/baidu_mercator.h"
#include "geo/crs/china_shift.h"
#include "geo/crs/gauss_kruger.h"

namespace gapmap {
namespace {

struct DestroyContext {
    void operator()(PJ_CONTEXT* c) const noexcept { proj_context_destroy(c); }
};
struct DestroyPj {
    void operator()(PJ* p) const noexcept { proj_destroy(p); }
};
using ContextHandle = std::unique_ptr<PJ_CONTEXT, DestroyContext>;
using PjHandle      = std::unique_ptr<PJ, DestroyPj>;

ContextHandle quiet_context() {
    ContextHandle context(proj_context_create());
    proj_log_level(context.get(), PJ_LOG_NONE);
    return context;
}

/// Systems of Chinese web maps, which PROJ does not know.
bool is_shifted(const std::string& crs) { return crs == "GCJ02" || crs == "BD09" || crs == "BD09MC"; }

/// GCJ-02 and BD-09 hang on WGS 84.
std::string base_of(const std::string& crs) { return is_shifted(crs) ? "EPSG:4326" : crs; }

InputError unknown_system(const std::string& crs) {
    return InputError(fmt::format("'{}' is not a coordinate system that PROJ knows; give an EPSG code such as EPSG:4490, or GCJ02, BD09, BD09MC", crs));
}

/// The old national datum that an EPSG code hangs on, if it does: PROJ takes it to CGCS2000 by doing nothing, which is wrong by some 100 m.
const char* old_datum(const std::string& crs) {
    int code = 0;
    if (!crs.starts_with("EPSG:") || std::from_chars(crs.data() + 5, crs.data() + crs.size(), code).ec != std::errc{}) return nullptr;
    const auto in = [&](int low, int high) { return code >= low && code <= high; };
    if (code == 4214 || in(2401, 2442) || in(21413, 21423) || in(21453, 21463)) return "Beijing 1954";
    if (code == 4610 || in(2327, 2390)) return "Xian 1980";
    return nullptr;
}

void refuse_old_datum(const std::string& crs, const std::string& other) {
    const char* datum = old_datum(crs);
    const char* same  = old_datum(other);
    if (datum == nullptr || (same != nullptr && std::string_view(datum) == same)) return;
    throw InputError(fmt::format("'{}' hangs on {}, and what ties that to CGCS2000 is not public; transform the data with your survey office's parameters first, or give "
                                 "them as a PROJ string: \"+proj=tmerc +lat_0=0 +lon_0=108 +x_0=500000 +ellps=krass +towgs84=dx,dy,dz,rx,ry,rz,s +units=m +type=crs\"", crs, datum));
}

using PointMap = Point<Lonlat> (*)(Point<Lonlat>) noexcept;

void map_points(std::span<double> x, std::span<double> y, PointMap map) {
    for (std::size_t i = 0; i < x.size(); ++i) {
        const Point<Lonlat> p = map({x[i], y[i]});
        x[i] = p.x;
        y[i] = p.y;
    }
}

}  // namespace

std::string normalise_crs(std::string_view crs) {
    std::string upper(crs);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (upper == "GCJ02" || upper == "GCJ-02") return "GCJ02";
    if (upper == "BD09" || upper == "BD-09") return "BD09";
    if (upper == "BD09MC" || upper == "BD-09MC") return "BD09MC";
    if (upper == "WGS84" || upper == "WGS 84") return "EPSG:4326";
    if (upper == "CGCS2000") return "EPSG:4490";
    if (upper.starts_with("EPSG:")) return upper;
    if (upper.starts_with("EPSG") && upper.size() > 4 && std::isdigit(static_cast<unsigned char>(upper[4])) != 0) {
        return "EPSG:" + upper.substr(4);
    }
    if (!upper.empty() && std::ranges::all_of(upper, [](unsigned char c) { return std::isdigit(c) != 0; })) return "EPSG:" + upper;
    return std::string(crs);
}

bool is_geographic(const std::string& crs) {
    const std::string name = normalise_crs(crs);
    if (is_shifted(name)) return name != "BD09MC";
    const ContextHandle context = quiet_context();
    const PjHandle      pj(proj_create(context.get(), name.c_str()));
    if (!pj || !proj_is_crs(pj.get())) throw unknown_system(name);
    PJ_TYPE type = proj_get_type(pj.get());
    if (type == PJ_TYPE_COMPOUND_CRS || type == PJ_TYPE_BOUND_CRS) {
        const PjHandle inner(type == PJ_TYPE_COMPOUND_CRS ? proj_crs_get_sub_crs(context.get(), pj.get(), 0)
                                                          : proj_get_source_crs(context.get(), pj.get()));
        if (inner) type = proj_get_type(inner.get());
    }
    return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

std::string metric_crs(Point<Lonlat> around) {
    if (around.x >= 73.5 && around.x < 136.5 && around.y > 3 && around.y < 54) {
        const int zone = static_cast<int>(std::floor((around.x + 1.5) / 3.0));  // zone 25 is 75E .. 45 is 135E
        return fmt::format("EPSG:{}", 4534 + zone - 25);
    }
    const int zone = std::clamp(static_cast<int>(std::floor((around.x + 180.0) / 6.0)) + 1, 1, 60);
    return fmt::format("EPSG:{}", (around.y >= 0 ? 32600 : 32700) + zone);
}

double metres_per_unit(const std::string& crs) {
    const std::string   name    = normalise_crs(crs);
    if (is_shifted(name)) return 1;
    const ContextHandle context = quiet_context();
    const PjHandle      pj(proj_create(context.get(), name.c_str()));
    if (!pj || !proj_is_crs(pj.get())) throw unknown_system(name);
    const PjHandle horizontal(proj_get_type(pj.get()) == PJ_TYPE_COMPOUND_CRS ? proj_crs_get_sub_crs(context.get(), pj.get(), 0) : nullptr);
    const PjHandle axes(proj_crs_get_coordinate_system(context.get(), horizontal ? horizontal.get() : pj.get()));
    double         factor = 1;
    if (axes) proj_cs_get_axis_info(context.get(), axes.get(), 0, nullptr, nullptr, nullptr, &factor, nullptr, nullptr, nullptr);
    return factor > 0 ? factor : 1;
}

bool is_north_first(const std::string& crs) {
    const std::string name = normalise_crs(crs);
    if (is_shifted(name)) return false;
    const ContextHandle context = quiet_context();
    const PjHandle      pj(proj_create(context.get(), name.c_str()));
    if (!pj || !proj_is_crs(pj.get())) throw unknown_system(name);
    const PjHandle horizontal(proj_get_type(pj.get()) == PJ_TYPE_COMPOUND_CRS ? proj_crs_get_sub_crs(context.get(), pj.get(), 0) : nullptr);
    const PjHandle axes(proj_crs_get_coordinate_system(context.get(), horizontal ? horizontal.get() : pj.get()));
    const char*    direction = nullptr;
    if (axes) proj_cs_get_axis_info(context.get(), axes.get(), 0, nullptr, nullptr, &direction, nullptr, nullptr, nullptr, nullptr);
    return direction != nullptr && std::string_view(direction) == "north";
}

namespace {

/// CGCS2000 degrees to one of its Gauss-Kruger zones, or back: by our own series, many times as fast as an operation of PROJ.
struct ZoneStep {
    GaussKruger zone;
    bool        is_inverse = false;
};

std::optional<ZoneStep> zone_step(const std::string& from, const std::string& to) {
    if (from == "EPSG:4490") {
        if (const auto zone = GaussKruger::of(to)) return ZoneStep{*zone, false};
    } else if (to == "EPSG:4490") {
        if (const auto zone = GaussKruger::of(from)) return ZoneStep{*zone, true};
    }
    return std::nullopt;
}

/// An operation of PROJ with the context that it needs, for one thread at a time.
struct Operation {
    ContextHandle context;  // first: destroyed last, since pj points into it
    PjHandle      pj;
};

/// Operations that nobody uses just now. Making one takes PROJ milliseconds, so they go from one Transform to the next.
class IdleOperations {
public:
    [[nodiscard]] std::optional<Operation> take(const std::string& key) {
        const std::lock_guard lock(guard_);
        const auto            at = idle_.find(key);
        if (at == idle_.end() || at->second.empty()) return std::nullopt;
        Operation out = std::move(at->second.back());
        at->second.pop_back();
        return out;
    }
    void give(const std::string& key, Operation&& operation) {
        constexpr std::size_t most_keys = 64, most_a_key = 16;
        const std::lock_guard lock(guard_);
        if (idle_.size() >= most_keys && !idle_.contains(key)) return;
        std::vector<Operation>& same = idle_[key];
        if (same.size() < most_a_key) same.push_back(std::move(operation));
    }

private:
    std::mutex                                    guard_;
    std::map<std::string, std::vector<Operation>> idle_;
};

/// Never destroyed: threads that end after main() still give theirs back.
IdleOperations& idle_operations() {
    static auto* const all = new IdleOperations;
    return *all;
}

}  // namespace

struct Transform::State {
    std::optional<Operation> proj;  // made when it is first needed
    std::string              from, to;
    std::optional<ZoneStep>  zone;

    State() = default;
    State(const State&)            = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (proj) idle_operations().give(key(), std::move(*proj));
    }
    [[nodiscard]] std::string key() const { return base_of(from) + '\n' + base_of(to); }
    void run(std::span<double> x, std::span<double> y);
    void run_proj(std::span<double> x, std::span<double> y);
    void make_proj();
};

Transform::Transform(const std::string& from, const std::string& to) : state_(std::make_unique<State>()) {
    state_->from    = normalise_crs(from);
    state_->to      = normalise_crs(to);
    refuse_old_datum(state_->from, state_->to);
    refuse_old_datum(state_->to, state_->from);
    state_->zone    = zone_step(base_of(state_->from), base_of(state_->to));
    if (!state_->zone && base_of(state_->from) != base_of(state_->to)) state_->make_proj();
}

void Transform::State::make_proj() {
    proj = idle_operations().take(key());
    if (proj) return;
    const std::string base_from = base_of(from), base_to = base_of(to);
    Operation         made{quiet_context(), nullptr};
    for (const std::string& crs : {base_from, base_to}) (void)is_geographic(crs);  // names the unknown one
    const PjHandle raw(proj_create_crs_to_crs(made.context.get(), base_from.c_str(), base_to.c_str(), nullptr));
    if (!raw) throw InputError(fmt::format("there is no operation from {} to {}", from, to));
    made.pj.reset(proj_normalize_for_visualization(made.context.get(), raw.get()));
    proj = std::move(made);
}

void Transform::State::run_proj(std::span<double> x, std::span<double> y) {
    proj_trans_generic(proj->pj.get(), PJ_FWD, x.data(), sizeof(double), x.size(), y.data(), sizeof(double), y.size(), nullptr, 0, 0, nullptr, 0, 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(x[i]) || !std::isfinite(y[i])) x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
    }
}

/// The step between the base systems.
void Transform::State::run(std::span<double> x, std::span<double> y) {
    if (!zone) {
        if (proj) run_proj(x, y);
        return;
    }
    std::vector<std::size_t> beyond;
    zone->is_inverse ? zone->zone.inverse(x, y, beyond) : zone->zone.forward(x, y, beyond);
    if (beyond.empty()) return;
    if (!proj) make_proj();
    for (const std::size_t i : beyond) run_proj(x.subspan(i, 1), y.subspan(i, 1));
}

Transform::~Transform() = default;
Transform::Transform(Transform&&) noexcept = default;
Transform& Transform::operator=(Transform&&) noexcept = default;

void Transform::apply(std::span<double> x, std::span<double> y) const {
    GEO_EXPECTS(x.size() == y.size());
    if (state_->from == state_->to) return;
    if (state_->from == "BD09MC") map_points(x, y, [](Point<Lonlat> p) noexcept { return mercator_to_bd09({p.x, p.y}); });
    if (state_->from.starts_with("BD09")) map_points(x, y, bd09_to_gcj02);
    if (is_shifted(state_->from)) gcj02_to_wgs84(x, y);
    state_->run(x, y);
    if (is_shifted(state_->to)) wgs84_to_gcj02(x, y);
    if (state_->to.starts_with("BD09")) map_points(x, y, gcj02_to_bd09);
    if (state_->to == "BD09MC") map_points(x, y, [](Point<Lonlat> p) noexcept { const Point<Planar> q = bd09_to_mercator(p); return Point<Lonlat>{q.x, q.y}; });
}

namespace {

template <class To, class From>
Points<To> convert(PointsView<From> in, const std::string& crs_from, const std::string& crs_to) {
    Points<To> out{{in.x.begin(), in.x.end()}, {in.y.begin(), in.y.end()}};
    Transform(crs_from, crs_to).apply(out.x, out.y);
    return out;
}

template <class To, class From>
Polygons<To> convert(const PolygonsView<From>& in, const std::string& crs_from, const std::string& crs_to) {
    Polygons<To> out;
    out.x.assign(in.x.begin(), in.x.end());
    out.y.assign(in.y.begin(), in.y.end());
    out.rings.assign(in.rings.begin(), in.rings.end());
    out.parts.assign(in.parts.begin(), in.parts.end());
    out.rows.assign(in.rows.begin(), in.rows.end());
    Transform(crs_from, crs_to).apply(out.x, out.y);
    return out;
}

}  // namespace

Points<Planar> project(PointsView<Lonlat> p, const std::string& from, const std::string& to) { return convert<Planar>(p, from, to); }
Polygons<Planar> project(const PolygonsView<Lonlat>& p, const std::string& from, const std::string& to) { return convert<Planar>(p, from, to); }
Points<Lonlat> unproject(PointsView<Planar> p, const std::string& from, const std::string& to) { return convert<Lonlat>(p, from, to); }
Polygons<Lonlat> unproject(const PolygonsView<Planar>& p, const std::string& from, const std::string& to) { return convert<Lonlat>(p, from, to); }

}  // namespace gapmap
