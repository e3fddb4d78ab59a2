#include "app/pipeline/scene_bases.h"

#include <array>
#include <map>
#include <tuple>

#include "data/ingest/words.h"

namespace gapmap {
namespace {

/// What the words of a row say: what it is a number of, and whether somebody set it.
struct Population {
    std::string id;  ///< the scope's: "people", "target APP", or the row's own word
    Words       name;
    BaseKind    kind = BaseKind::members;
};

Population target_of(const std::string& word, BasePopulation known, const std::string& id, const std::string& app) {
    if (!app.empty()) return {"target " + app, {app + "任务数", app + " target"}, BaseKind::target};
    if (known == BasePopulation::target) return {"target", {word, "target"}, BaseKind::target};
    return {"target " + id, {word + "任务数", id + " target"}, BaseKind::target};
}

Population population_of(const std::string& word, const std::string& kind, const std::string& app) {
    static const std::array ids   = {"", "households", "people", "people_at_risk", "target"};
    static const std::array names = {"", "households", "people", "people aged 16 to 55", "target"};
    const BasePopulation known = base_population_of(word);
    const auto           at    = static_cast<std::size_t>(known);
    const std::string    id    = known == BasePopulation::other ? word : ids[at];
    if (base_word_of(kind) == BaseWord::target || known == BasePopulation::target) return target_of(word, known, id, app);
    return {id, {word, known == BasePopulation::other ? word : names[at]}, BaseKind::members};
}

}  // namespace

std::vector<Base> load_bases(const Scene& scene, const Store& store, const Locator& locator) {
    const Table table  = store.read("bases", {"base_code", "unit_code", "population", "kind", "app", "count", "as_of", "source"});
    const auto  text   = [&](const char* name, std::size_t row) { return table.at(name).is_valid(row) ? std::get<Column::Texts>(table.at(name).data)[row] : std::string(); };
    const auto  number = [&](const char* name, std::size_t row) { return std::get<Column::Integers>(table.at(name).data)[row]; };
    const auto& county = scene.project.code;
    std::map<std::tuple<std::string, std::string, std::string>, std::map<std::string, Base>> newest;  // by unit, population (a target's says so) and source; then by id
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const Day  day{static_cast<std::int32_t>(number("as_of", row))};
        const auto code = text("unit_code", row);
        const auto unit = code.empty() || !locator.find(code) ? std::string() : code;
        const bool whole = code.empty() || is_whole_county(code, county, scene.project.name);
        if (day > scene.as_of || (!whole && unit.empty())) continue;
        Population population = population_of(text("population", row), text("kind", row), text("app", row));
        auto&      bases      = newest[{whole ? county : unit, population.id, text("source", row)}];
        if (!bases.empty() && bases.begin()->second.denominator.as_of > day) continue;
        if (!bases.empty() && bases.begin()->second.denominator.as_of < day) bases.clear();
        bases[text("base_code", row)] = {text("base_code", row), std::move(population.name), population.kind,
                                         {static_cast<double>(number("count", row)), {whole ? county : unit, population.id}, text("source", row), day}};
    }
    std::vector<Base> out;
    for (const auto& [key, bases] : newest) {
        for (const auto& [id, base] : bases) out.push_back(base);
    }
    return out;
}

}  // namespace gapmap
