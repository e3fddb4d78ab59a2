#include "app/pipeline/page_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/pipeline/base64.h"
#include "app/pipeline/findings/findings_json.h"
#include "app/pipeline/page_geometry.h"
#include "app/pipeline/summary.h"
#include "app/pipeline/words.h"
#include "render/html_text.h"
#include "render/palette.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

Json text_json(const Text& text) { return {{"zh", text.zh}, {"en", text.en}}; }
Json texts_json(const std::vector<Text>& texts) {
    Json all = Json::array();
    for (const Text& text : texts) all.push_back(text_json(text));
    return all;
}

Json value_json(const Column& column, std::size_t row) {
    const double value = column.number(row);
    return std::isfinite(value) ? Json(value) : Json();
}

Json rates_json(const UnitMeasure& unit) {
    Json all = Json::array();
    for (const NamedRate& rate : unit.rates) {
        const auto value = rate.rate.value();
        all.push_back({{"id", rate.id}, {"label", text_json(rate.label)}, {"numerator", std::round(rate.rate.numerator() * 10) / 10},
                       {"denominator", rate.rate.denominator().count}, {"value", value ? Json(std::round(*value * 1e4) / 1e4) : Json()},
                       {"population", text_json(rate.population)}, {"source", text_json(rate.source)}, {"as_of", to_string(rate.rate.denominator().as_of)}});
    }
    return all;
}

/// Shares of the unit's households, week by week.
Json weekly_json(const LevelMeasure& level, std::size_t unit) {
    const auto   n    = static_cast<double>(level.units[unit].households);
    const auto   line = [&](const std::vector<double>& sums) {
        Json shares = Json::array();
        for (std::size_t week = 0; week < level.weekly.weeks; ++week) {
            shares.push_back(n == 0 ? Json() : Json(std::round(sums[week * level.weekly.units + unit] / n * 1e3) / 1e3));
        }
        return shares;
    };
    return {{"visited", line(level.weekly.visited)}, {"effective", line(level.weekly.effective)}};
}

Json unit_json(const Scene& scene, const Measures& measures, const Layer& released, std::size_t level, std::size_t i) {
    const Table&       t    = released.table;
    const UnitMeasure& m    = measures.levels[level].units[i];
    const auto         text = [&](const char* name) { return t.at(name).text(i); };
    const bool         has_households = m.households > 0;
    const std::string  risk_status    = t.at("risk_per_10000").is_valid(i) ? "ok" : "missing";
    Json unit{{"code", text("code")}, {"name", text("name")}, {"level", text("level")}, {"town", text("town")}, {"parent", text("parent")},
              {"organisation", text("organisation")}, {"households", m.households}, {"people_at_risk", m.people_at_risk}};
    const Column& rank = t.at("rank");
    unit["gap"]      = {{"score", value_json(t.at("score"), i)}, {"rank", rank.is_valid(i) ? Json(static_cast<int>(rank.number(i))) : Json()}, {"status", text("status")}};
    unit["coverage"] = {{"value", value_json(t.at("coverage"), i)}, {"status", has_households ? (text("status") == "too_few" ? "too_few" : "ok") : "missing"}};
    unit["risk"]     = {{"value", value_json(t.at("risk_per_10000"), i)}, {"status", risk_status}};
    unit["cases"]    = {{"value", value_json(t.at("cases"), i)}, {"status", text("cases_status")}};
    unit["rates"]    = rates_json(m);
    unit["sentence"] = {{"zh", text("sentence_zh")}, {"en", text("sentence_en")}};
    unit["reasons"]  = texts_json(reasons_of(m, measures, scene.as_of));
    unit["actions"]  = texts_json(actions_of(m, measures, scene.units[level].organisation[i]));
    unit["weekly"]   = weekly_json(measures.levels[level], i);
    unit["geometry"] = geometry_json(scene.units[level].shape.view(), i);
    return unit;
}

Json classes_json(const Measures& measures) {
    const double        mean = 1e4 * measures.levels[village].prior_mean;
    const auto          nice = [](double v) { return v >= 1 ? std::round(v * 10) / 10 : std::round(v * 100) / 100; };
    std::vector<double> risk = {nice(0.6 * mean), nice(0.9 * mean), nice(1.2 * mean), nice(2 * mean)};
    Json by_level = Json::object();
    for (std::size_t level = 0; level < level_count; ++level) by_level[level_names[level]] = gap_breaks(measures, level);
    return {{"gap", {{"breaks", gap_breaks(measures, village)}, {"breaks_by_level", by_level}, {"unit", text_json({"起（统计期内可预防）", "preventable cases in the period"})},
                     {"note", text_json({"颜色表示可预防的预期案件数，不是已发案数；相邻名次之间的差别可能只是偶然。", "Colours show expected preventable cases, not cases that happened; neighbours in rank may differ by chance."})}}},
            {"coverage", {{"breaks", {0.2, 0.4, 0.6, 0.8}}, {"unit", text_json({"有效覆盖（占登记户数）", "effective coverage (of registered households)"})},
                          {"note", text_json({"有效覆盖随时间衰减；未衰减的已走访率见卡片。", "Effective coverage decays with time; the undecayed share visited is on the card."})},
                          {"visited", {{"unit", text_json({"累计走访（占登记户数）", "visited at least once (of registered households)"})},
                                       {"note", text_json({"走访过一次即计入，不论多久以前；走访不等于讲清了。", "One visit counts, however long ago; a visit does not prove that the message arrived."})}}}}},
            {"risk", {{"breaks", risk}, {"unit", text_json({"起/每万人（16至55岁，平滑）", "cases per 10,000 people aged 16 to 55, smoothed"})},
                      {"note", text_json({"案件很少：少于规定数的单元合并计算，颜色相同不代表人人相同。", "Cases are few: units below the limit are pooled and share one value."})}}}};
}

const Text surface_note{"按受害人居住地的四次核密度；案件先摊到案件数可以公布的地面上：颜色说的是一片地方，不是一处住所。", "Quartic kernel density by residence, of cases spread over ground whose number of cases may be told: the colour speaks of an area, not of a home."};
const Text empty_surface_note{"没有一处的案件达到可以公开的数量，所以整幅不着色；不表示没有发案。", "Nowhere are there cases enough to be shown, so nothing is painted; it does not mean that there were none."};

const Text robust_note{"同上，但任何一起案件的损失最多算总数的十分之一：一起大案不再左右整幅图。", "The same, but no single case counts for more than a tenth of the losses: one large case no longer decides the picture."};
const Text risk_note{"发案密度与人口密度之比，只在全图检验也认为偏高处着色；颜色说的是一片地方，不是一处住所。", "Density of cases over that of people, painted only where the test of the whole map finds it raised; the colour speaks of an area, not of a home."};
const Text no_risk_note{"没有一处的风险经全图检验可以说偏高，或数据不足，所以整幅不着色。", "Nowhere does the test of the whole map find the risk raised, or there is not enough data, so nothing is painted."};

/// What the page shows of a surface; the others are files for a GIS.
struct PageSurface {
    const char* id;
    const char* page_id;
    const Text& painted;
    const Text& empty;
};
const std::array<PageSurface, 4> page_surfaces{PageSurface{"cases_quartic", "count", surface_note, empty_surface_note}, {"loss_quartic", "loss", surface_note, empty_surface_note},
                                                   {"loss_robust_quartic", "loss_robust", robust_note, empty_surface_note}, {"relative_risk", "relative_risk", risk_note, no_risk_note}};

Json legend_json(const ClassScale& scale) {
    Json legend = Json::array();
    for (std::size_t i = 1; i < scale.colours.size(); ++i) {
        legend.push_back({{"from", scale.breaks[i - 1]}, {"to", i < scale.breaks.size() ? Json(scale.breaks[i]) : Json()}, {"colour", hex_colour(scale.colours[i])},
                          {"opacity", std::round(scale.colours[i].a / 255.0 * 100) / 100}});
    }
    return legend;
}

/// The ground where the relative risk is raised, as lines that bear their p.
Json contours_json(const Findings& findings) {
    Json                 all  = Json::array();
    const CountyFinding* risk = findings.find("relative_risk");
    for (std::size_t i = 0; risk != nullptr && i < risk->shapes.size(); ++i) {
        const FindingShape& shape = risk->shapes[i];
        all.push_back({{"type", "Feature"}, {"properties", {{"p", shape.level}}}, {"geometry", geometry_json(shape.outline.view(), 0)}});
    }
    return all;
}

Json surfaces_json(const Scene& scene, const std::vector<CaseSurface>& surfaces, const Findings& findings) {
    Json all = Json::array();
    for (const PageSurface& page : page_surfaces) {
        const auto found = std::ranges::find(surfaces, page.id, &CaseSurface::id);
        if (found == surfaces.end()) continue;
        const double       top     = surface_top(*found, scene.project.policy);
        const SurfaceImage image   = surface_image(*found, scene, top);
        const bool         painted = found->max > 0;
        all.push_back({{"id", page.page_id}, {"label", text_json(found->label)}, {"unit", text_json(found->unit)}, {"image", "data:image/png;base64," + base64(image.png)},
                       {"extent", {image.extent.x_min, image.extent.y_min, image.extent.x_max, image.extent.y_max}}, {"legend", painted ? legend_json(surface_scale(top)) : Json::array()},
                       {"note", text_json(painted ? page.painted : page.empty)}});
        if (std::string_view(page.page_id) == "relative_risk") all.back()["contours"] = contours_json(findings);
    }
    return all;
}

}  // namespace

std::vector<double> gap_breaks(const Measures& measures, std::size_t level) {
    std::vector<double> scores;
    for (const double score : measures.levels[level].gaps.score) {
        if (std::isfinite(score)) scores.push_back(score);
    }
    std::ranges::sort(scores);
    std::vector<double> breaks;
    for (const double share : {0.4, 0.6, 0.8, 0.95}) {
        const double raw  = scores.empty() ? share : scores[static_cast<std::size_t>(share * static_cast<double>(scores.size() - 1))];
        const double unit = raw > 0 ? std::pow(10.0, std::floor(std::log10(raw)) - 1) : 0.001;  // two digits
        const double next = std::round(std::ceil(raw / unit) * unit * 1e6) / 1e6;
        breaks.push_back(breaks.empty() ? next : std::max(next, breaks.back()));
    }
    return breaks;
}

std::string page_data_js(const Scene& scene, const Measures& measures, const Release& release, const std::vector<CaseSurface>& surfaces, const Findings& findings) {
    Json body{{"version", 1}, {"demo", scene.project.demo}, {"lang", scene.project.lang}, {"as_of", to_string(scene.as_of)}, {"week", to_string(iso_week(scene.as_of))},
              {"title", {{"zh", scene.project.name + "反诈宣防"}, {"en", scene.project.name + " fraud prevention"}}},
              {"county", {{"code", scene.project.code}, {"name", scene.project.name}}}};
    const auto [west, east]   = std::ranges::minmax(scene.units[town].shape.x);
    const auto [south, north] = std::ranges::minmax(scene.units[town].shape.y);
    body["extent"]            = {west, south, east, north};
    body["formula"]           = text_json(formula_of(measures.policy));
    body["parameters"]        = Json::array();
    for (const Parameter& p : parameters_of(scene, measures)) body["parameters"].push_back({{"key", p.key}, {"label", text_json(p.label)}, {"value", text_json(p.shown())}});
    body["weeks"]     = Json::array();
    body["week_ends"] = Json::array();
    for (const std::int32_t end : measures.week_ends) {
        body["weeks"].push_back(to_string(iso_week(Day{end})));
        body["week_ends"].push_back(to_string(Day{end}));
    }
    body["levels"]  = level_names;
    body["classes"] = classes_json(measures);
    body["units"]   = Json::array();
    for (std::size_t level = 0; level < level_count; ++level) {
        const Layer& layer = release.gaps[level].layer();
        for (std::size_t i = 0; i < layer.rows(); ++i) body["units"].push_back(unit_json(scene, measures, layer, level, i));
    }
    body["sites"]       = Json::array();
    const Table& sites  = release.sites.layer().table;
    const auto&  points = std::get<Points<Lonlat>>(release.sites.layer().geometry);
    for (std::size_t i = 0; i < sites.rows(); ++i) {
        const std::string closed = sites.at("closed").text(i);
        body["sites"].push_back({{"code", sites.at("code").text(i)}, {"name", sites.at("name").text(i)}, {"kind", sites.at("kind").text(i)}, {"lon", six_decimals(points.x[i])},
                                 {"lat", six_decimals(points.y[i])}, {"opened", sites.at("opened").text(i)}, {"closed", closed.empty() ? Json() : Json(closed)}});
    }
    body["surfaces"] = surfaces_json(scene, surfaces, findings);
    body["findings"] = findings_page_json(scene, findings);
    const Text tests = tests_sentence(findings);
    body["tests_run"] = {{"count", findings.registry().run()}, {"sentence", text_json(tests)}};
    body["outputs"]  = Json::array({Json{{"path", "../gaps.xlsx"}, {"label", {{"zh", "缺口表（Excel）"}, {"en", "Gap table (Excel)"}}}},
                                    Json{{"path", "../bulletin.html"}, {"label", {{"zh", "周通报"}, {"en", "Weekly bulletin"}}}},
                                    Json{{"path", "../gaps.gpkg"}, {"label", {{"zh", "图层（GeoPackage）"}, {"en", "Layers (GeoPackage)"}}}}});
    return "window.GAPMAP_DATA = " + script_json(body.dump()) + ";\n";
}

}  // namespace gapmap
