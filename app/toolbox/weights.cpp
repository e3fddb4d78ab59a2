#include "app/toolbox/weights.h"

#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "app/toolbox/inputs.h"
#include "data/read/csv_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

SpatialWeights by_contiguity(const Layer& layer, Contiguity rule, const std::string& source) {
    if (const auto* p = std::get_if<Polygons<Lonlat>>(&layer.geometry)) return contiguity(p->view(), rule);
    if (const auto* p = std::get_if<Polygons<Planar>>(&layer.geometry)) return contiguity(p->view(), rule);
    throw InputError("holds no polygons, so nothing is contiguous; give --weights file:PATH", {source});
}

SpatialWeights from_file(const std::string& path, const Layer& layer, const std::string& source, const std::string& id, const Execution& exec) {
    const CsvFile file(path, exec);
    const auto    i = file.texts(file.column("i"), exec), j = file.texts(file.column("j"), exec);
    const auto    w = file.numbers(std::array{file.column("w")}, exec).front();
    std::unordered_map<std::string, std::uint32_t> rows;
    const Column* ids = id_column(layer.table, id, source);
    for (std::size_t r = 0; r < layer.rows(); ++r) rows.emplace(ids != nullptr ? ids->text(r) : std::to_string(r + 1), static_cast<std::uint32_t>(r));
    std::vector<WeightEntry> entries;
    for (std::size_t k = 0; k < i.size(); ++k) {
        const auto a = rows.find(i[k]), b = rows.find(j[k]);
        if (a == rows.end() || b == rows.end()) {
            throw InputError(fmt::format("there is no row '{}' in {}", a == rows.end() ? i[k] : j[k], source), {path, {}, k + 2, a == rows.end() ? "i" : "j"});
        }
        entries.push_back({a->second, b->second, w[k]});
    }
    return weights_from_entries(std::move(entries), layer.rows());
}

}  // namespace

SpatialWeights make_weights(const std::string& text, const Layer& layer, const std::string& source, const std::string& id, const Execution& exec) {
    if (text == "queen") return by_contiguity(layer, Contiguity::queen, source);
    if (text == "rook") return by_contiguity(layer, Contiguity::rook, source);
    if (text.starts_with("file:")) return from_file(text.substr(5), layer, source, id, exec);
    throw UsageError(fmt::format("--weights: expected queen, rook or file:PATH, got '{}'", text));
}

}  // namespace gapmap
