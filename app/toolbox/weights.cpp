#include "app/toolbox/weights.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <charconv>
#include <unordered_map>

#include "analysis/weights_near.h"
#include "data/read/weights_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

SpatialWeights by_contiguity(const UnitFile& units, Contiguity rule, const Execution& exec) {
    if (const auto* p = std::get_if<Polygons<Lonlat>>(&units.layer.geometry)) return contiguity(p->view(), rule, exec);
    if (const auto* p = std::get_if<Polygons<Planar>>(&units.layer.geometry)) return contiguity(p->view(), rule, exec);
    throw InputError("holds no polygons, so nothing is contiguous; give --weights knn:K, band:D, inverse:D or file:PATH", {units.path});
}

/// The column that names units, as the file's header has it: only where there is such a column and the user named none.
std::string id_for(const WeightsFile& file, const UnitFile& units, const std::string& wanted) {
    return wanted.empty() && !file.id_field.empty() && units.has_column(file.id_field) ? file.id_field : wanted;
}

SpatialWeights from_file(const std::string& path, const UnitFile& units, const std::string& id, bool allow_self, const Execution& exec) {
    const WeightsFile file = read_weights_file(path, exec);
    if (file.units && *file.units != units.rows()) throw InputError(fmt::format("speaks of {} units, {} has {}", *file.units, units.path, units.rows()), {path, {}, 1});
    const auto                                     names = names_of(units, id_for(file, units, id), exec);
    std::unordered_map<std::string, std::uint32_t> rows;
    rows.reserve(names.size());
    for (std::uint32_t r = 0; r < names.size(); ++r) {
        if (!rows.emplace(names[r], r).second) throw InputError(fmt::format("two rows have the id '{}': weights cannot tell them apart; name another column with --id", names[r]), {units.path, {}, units.row_in_file(r)});
    }
    std::vector<std::uint32_t> row_of(file.names.size(), 0xFFFFFFFFU);
    for (std::size_t k = 0; k < row_of.size(); ++k) {
        if (const auto found = rows.find(file.names[k]); found != rows.end()) row_of[k] = found->second;
    }
    std::vector<WeightEntry> entries;
    entries.reserve(file.links.size());
    for (const WeightsFile::Link& link : file.links) {
        for (const std::uint32_t end : {link.from, link.to}) {
            if (row_of[end] == 0xFFFFFFFFU) throw InputError(fmt::format("there is no row '{}' in {}", file.names[end], units.path), {path, {}, link.line, end == link.from ? "i" : "j"});
        }
        if (link.from == link.to && !allow_self) throw InputError(fmt::format("the unit '{}' is its own neighbour; take this link out", file.names[link.from]), {path, {}, link.line});
        entries.push_back({row_of[link.from], row_of[link.to], link.weight});
    }
    return weights_from_entries(std::move(entries), units.rows());
}

std::uint32_t parse_count(const std::string& text) {
    std::uint32_t k = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), k);
    if (error != std::errc() || end != text.data() + text.size() || k == 0) throw UsageError(fmt::format("--weights knn:K: expected a whole number of neighbours >= 1, got '{}'", text));
    return k;
}

MadeWeights by_distance(const std::string& kind, const std::string& value, const UnitFile& units, const InputOptions& options, const Execution& exec) {
    const bool          nearest = kind == "knn";
    const std::uint32_t k       = nearest ? parse_count(value) : 0;
    const double        d_m     = nearest ? 0 : parse_distance_m(value, "--weights " + kind);
    const Places        places  = places_of(units, options, exec);
    MadeWeights         out{{}, {}, places.metric};
    std::size_t         located = 0;
    out.located.resize(places.points.size());
    for (std::size_t i = 0; i < out.located.size(); ++i) {
        out.located[i] = !std::isnan(places.points.x[i]);
        located += out.located[i] ? 1U : 0U;
    }
    if (located == out.located.size()) out.located.clear();
    if (nearest && located <= k) throw InputError(fmt::format("knn:{} needs more than {} units with a place, there are {}", k, k, located), {units.path});
    const double d = d_m / places.metres_per_unit;
    try {
        out.weights = nearest ? knn_weights(places.points.view(), k, exec) : kind == "band" ? band_weights(places.points.view(), d, exec) : inverse_weights(places.points.view(), d, exec);
    } catch (const CoincidentRows& rows) {
        throw InputError(fmt::format("lies at the same place as row {}, where 1 / distance has no value; join such units, or take knn:K or band:D", units.row_in_file(rows.first)),
                         {units.path, {}, units.row_in_file(rows.second)});
    } catch (const TooManyLinks& many) {
        throw InputError(fmt::format("{}:{} makes more than {} links; take a shorter distance, or knn:K", kind, value, most_links), {units.path});
    }
    return out;
}

}  // namespace

void add_weight_options(CLI::App& command, WeightOptions& options) {
    command.add_option("--weights", options.weights,
                       "Neighbours: queen, rook (polygons that share a vertex, an edge), knn:K (the K nearest), band:D (within D, D included), inverse:D (1 / distance within D),\n"
                       "file:PATH (*.gal, *.gwt, or a CSV i,j,w). D in metres, or with unit: 500m, 2km. Polygons stand at their area centroid")->required();
    command.add_option("--style", options.style, "W: each unit's weights divided by their sum; B: as given (1 a pair for queen, rook, knn, band) (default W)")->check(CLI::IsMember({"W", "B"}));
}

MadeWeights make_weights(const std::string& text, const UnitFile& units, const InputOptions& options, bool allow_self, const Execution& exec) {
    if (text == "queen") return {by_contiguity(units, Contiguity::queen, exec), {}, {}};
    if (text == "rook") return {by_contiguity(units, Contiguity::rook, exec), {}, {}};
    if (text.starts_with("file:")) return {from_file(text.substr(5), units, options.id, allow_self, exec), {}, {}};
    const std::size_t colon = text.find(':');
    const std::string kind  = text.substr(0, colon);
    if (colon != std::string::npos && (kind == "knn" || kind == "band" || kind == "inverse")) return by_distance(kind, text.substr(colon + 1), units, options, exec);
    throw UsageError(fmt::format("--weights: expected queen, rook, knn:K, band:D, inverse:D or file:PATH, got '{}'", text));
}

}  // namespace gapmap
