// Vector tiles: whatever is written, feature by feature, is what an independent decoder reads: names, ids, attributes to the bit, every vertex.
#include <fuzzer/FuzzedDataProvider.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "geo/shape/layer.h"
#include "render/tile/mvt_encode.h"
#include "render/tile/mvt_layer_writer.h"
#include "render/tile/tile_gzip.h"
#include "tests/render/mvt_decode.h"

namespace {

using namespace gapmap;

struct Wanted {
    std::uint64_t                     id   = 0;
    int                               type = 0;
    std::map<std::string, mvt::Value> values{};
    std::vector<mvt::Ring>            rings{};
};

bool same(const mvt::Value& a, const mvt::Value& b) {
    if (a.index() != b.index()) return false;
    if (const auto* x = std::get_if<double>(&a)) return std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(std::get<double>(b));
    return a == b;
}

double any_double(FuzzedDataProvider& in) { return std::bit_cast<double>(in.ConsumeIntegral<std::uint64_t>()); }

Table table_of(FuzzedDataProvider& in, std::size_t rows) {
    Column::Integers  whole;
    Column::Reals     real;
    Column::Texts     text;
    std::vector<bool> known;
    for (std::size_t r = 0; r < rows; ++r) {
        whole.push_back(in.ConsumeIntegral<std::int64_t>());
        real.push_back(any_double(in));
        text.push_back(in.ConsumeRandomLengthString(12));
        known.push_back(in.ConsumeBool());
    }
    Table out;
    out.columns = {{"whole", whole, known}, {"real", real, {}}, {"text", text, known}};
    return out;
}

mvt::Value value_of(const Table& table, const std::string& name, std::size_t row) {
    const Column& column = table.at(name);
    if (const auto* whole = std::get_if<Column::Integers>(&column.data)) return (*whole)[row];
    if (const auto* real = std::get_if<Column::Reals>(&column.data)) return (*real)[row];
    return std::get<Column::Texts>(column.data)[row];
}

/// What a whole number becomes: an integer where one holds it.
mvt::Value whole_of(double v) {
    if (std::abs(v) < 9223372036854775808.0) return static_cast<std::int64_t>(v);
    return v;
}

/// A few rings as commands, and as what they mean.
std::vector<std::uint32_t> rings_of(FuzzedDataProvider& in, std::vector<mvt::Ring>& to) {
    std::vector<std::uint32_t> out;
    std::int64_t               x = 0, y = 0;
    const auto                 step = [&](bool may_stay) {
        auto dx = in.ConsumeIntegral<std::int32_t>(), dy = in.ConsumeIntegral<std::int32_t>();
        if (!may_stay && dx == 0 && dy == 0) dx = 1;
        for (const std::int32_t d : {dx, dy}) out.push_back((static_cast<std::uint32_t>(d) << 1) ^ static_cast<std::uint32_t>(d >> 31));
        x += dx, y += dy;
        to.back().emplace_back(x, y);
    };
    for (int q = in.ConsumeIntegralInRange(1, 3); q > 0; --q) {
        to.emplace_back();
        out.push_back(1 << 3 | 1);
        step(true);
        const auto lines = in.ConsumeIntegralInRange<std::uint32_t>(2, 9);
        out.push_back(lines << 3 | 2);
        for (std::uint32_t k = 0; k < lines; ++k) step(false);
        out.push_back(1 << 3 | 7);
    }
    return out;
}

void check(const mvt::Layer& layer, const std::vector<Wanted>& wanted, std::uint32_t extent) {
    if (layer.version != 2 || layer.extent != extent || layer.features.size() != wanted.size()) std::abort();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const mvt::Feature& f = layer.features[i];
        const Wanted&       w = wanted[i];
        if (f.id != w.id || f.type != w.type || f.rings != w.rings || f.values.size() != w.values.size()) std::abort();
        for (const auto& [key, value] : w.values) {
            if (!f.values.contains(key) || !same(f.values.at(key), value)) std::abort();
        }
    }
}

/// Adds a feature to both.
void add_feature(FuzzedDataProvider& in, const Table& table, const MvtAttributes& attributes, MvtGeometry geometry, const std::uint32_t* own_key, MvtLayerWriter& writer, Wanted& to) {
    const std::size_t   row = in.ConsumeIntegralInRange<std::size_t>(0, table.rows() - 1);
    const std::uint64_t id  = in.ConsumeIntegral<std::uint64_t>();
    writer.feature(id);
    to.id   = id == no_feature_id ? 0 : id;
    to.type = static_cast<int>(geometry);
    for (const auto& [key, value] : attributes.tags(row)) {
        const std::string& name = attributes.key(key);
        if (in.ConsumeIntegralInRange(0, 3) > 0) {
            writer.tag(key, value);
            to.values[name] = value_of(table, name, row);
        } else if (in.ConsumeBool()) {
            const double v = any_double(in);
            writer.number(key, v, false);
            to.values[name] = v;
        } else {
            const double v = std::trunc(in.ConsumeBool() ? static_cast<double>(in.ConsumeIntegral<std::int64_t>()) : in.ConsumeFloatingPointInRange(-1e300, 1e300));
            writer.number(key, v, true);
            to.values[name] = whole_of(v);
        }
    }
    if (own_key != nullptr && in.ConsumeBool()) {
        const auto count = in.ConsumeIntegral<std::uint32_t>();
        writer.own_number(*own_key, count);
        to.values["count"] = std::int64_t{count};
    }
    if (geometry == MvtGeometry::polygon) return writer.geometry(rings_of(in, to.rings));
    const auto x = in.ConsumeIntegralInRange<std::uint32_t>(0, 0x7FFFFFFF), y = in.ConsumeIntegralInRange<std::uint32_t>(0, 0x7FFFFFFF);
    writer.point(x, y);
    to.rings = {{{x, y}}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static MvtLayerWriter writer;  // reused, as by the builder of tiles
    FuzzedDataProvider    in(data, size);
    const Table           table = table_of(in, in.ConsumeIntegralInRange<std::size_t>(1, 6));
    const MvtAttributes   attributes(table, in.ConsumeBool() ? std::vector<std::string>{"text", "whole", "real"} : std::vector<std::string>{"real"});
    std::string           bytes;
    std::map<std::string, std::pair<std::uint32_t, std::vector<Wanted>>> wanted;
    for (int l = in.ConsumeIntegralInRange(1, 3); l > 0; --l) {
        const std::string   name     = std::to_string(l) + in.ConsumeRandomLengthString(8);
        const MvtGeometry   geometry = in.ConsumeBool() ? MvtGeometry::polygon : MvtGeometry::point;
        const auto          extent   = in.ConsumeIntegralInRange<std::uint32_t>(1, 65536);
        std::vector<Wanted> features(in.ConsumeIntegralInRange<std::size_t>(1, 8));
        writer.begin(name, attributes, geometry);
        const bool          owns = in.ConsumeBool();
        const std::uint32_t key  = owns ? writer.own_key("count") : 0;
        for (Wanted& f : features) add_feature(in, table, attributes, geometry, owns ? &key : nullptr, writer, f);
        writer.end(extent, bytes);
        wanted[name] = {extent, std::move(features)};
    }
    const std::string packed = gzip_tile(bytes, in.ConsumeIntegralInRange(1, 12));
    if (mvt::unpack(packed) != bytes) std::abort();
    const auto layers = mvt::decode(packed);
    if (layers.size() != wanted.size()) std::abort();
    for (const auto& [name, layer] : wanted) check(layers.at(name), layer.second, layer.first);
    return 0;
}
