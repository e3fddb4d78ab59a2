#include "app/pipeline/findings/findings_json.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "app/pipeline/page_geometry.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

Json text_json(const Text& text) { return {{"zh", text.zh}, {"en", text.en}}; }
Json name_or_null(const std::string& name) { return name.empty() ? Json() : Json(name); }

Json table_json(const std::optional<FindingTable>& table) {
    if (!table) return {};
    Json columns = Json::array(), rows = Json::array();
    for (const Text& column : table->columns) columns.push_back(text_json(column));
    for (const auto& row : table->rows) {
        Json cells = Json::array();
        for (const Text& cell : row) cells.push_back(text_json(cell));
        rows.push_back(std::move(cells));
    }
    return {{"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

Json parameters_json(const CountyFinding& finding) {
    Json all = Json::array();
    for (const Parameter& p : finding.parameters) all.push_back({{"label", text_json(p.label)}, {"value", text_json(p.shown())}});
    return all;
}

Json classes_json(const CountyFinding& finding) {
    Json all = Json::array();
    for (const FindingClass& c : finding.classes) all.push_back({{"id", c.id}, {"label", text_json(c.label)}, {"colour", c.colour}, {"mark", c.mark}});
    return all;
}

/// The page knows no isolates: a unit without neighbours is one of which there is too little to say.
Status page_status(Status status) { return status == Status::isolate ? Status::too_few : status; }

Json units_json(const Scene& scene, const CountyFinding& finding) {
    Json all = Json::object();
    for (std::size_t i = 0; i < finding.units.size(); ++i) {
        const UnitFinding& unit = finding.units[i];
        all[scene.units[*finding.level].code[i]] = {{"class", finding.gate.open ? name_or_null(unit.adjusted) : Json()}, {"plain", finding.gate.open ? name_or_null(unit.plain) : Json()},
                                                    {"status", std::string(to_string(page_status(unit.status)))}, {"sentence", text_json(unit.sentence)}};
    }
    return all;
}

Json shapes_json(const CountyFinding& finding) {
    Json all = Json::array();
    for (const FindingShape& shape : finding.shapes) {
        all.push_back({{"id", shape.id}, {"label", text_json(shape.label)}, {"class", shape.kind}, {"sentence", text_json(shape.sentence)},
                       {"geometry", geometry_json(shape.outline.view(), 0)}});
    }
    return all;
}

Json gate_json(const Gate& gate) { return {{"open", gate.open}, {"sentence", text_json(gate.sentence)}}; }

Json tests_json(const CountyFinding& finding) {
    Json all = Json::array();
    for (const TestRegistry::Entry& test : finding.tests) {
        all.push_back({{"id", test.id}, {"hypotheses", test.hypotheses}, {"alpha", test.alpha}, {"significant", test.significant}, {"adjusted", test.adjusted}});
    }
    return all;
}

Layer unit_layer(const Scene& scene, const CountyFinding& finding) {
    const Units&  units = scene.units[*finding.level];
    Column::Texts adjusted, plain, status, zh, en;
    for (const UnitFinding& unit : finding.units) {
        adjusted.push_back(finding.gate.open ? unit.adjusted : "");
        plain.push_back(finding.gate.open ? unit.plain : "");
        status.emplace_back(finding.gate.open || unit.status != Status::ok ? to_string(unit.status) : to_string(Status::too_few));
        zh.push_back(unit.sentence.zh);
        en.push_back(unit.sentence.en);
    }
    Layer layer{"found_" + finding.id, {}, units.shape, "EPSG:4490"};
    layer.table.columns = {{"code", units.code, {}}, {"name", units.name, {}}, {"class", std::move(adjusted), {}}, {"class_plain", std::move(plain), {}},
                           {"status", std::move(status), {}}, {"sentence_zh", std::move(zh), {}}, {"sentence_en", std::move(en), {}}};
    return layer;
}

Layer shape_layer(const Findings& findings) {
    Column::Texts    method, id, kind, zh, en;
    Polygons<Lonlat> outlines;
    for (const CountyFinding& finding : findings.all) {
        for (const FindingShape& shape : finding.shapes) {
            method.push_back(finding.id);
            id.push_back(shape.id);
            kind.push_back(shape.kind);
            zh.push_back(shape.sentence.zh);
            en.push_back(shape.sentence.en);
            copy_row(shape.outline.view(), 0, outlines);
        }
    }
    Layer layer{"found_shapes", {}, std::move(outlines), "EPSG:4490"};
    layer.table.columns = {{"method", std::move(method), {}}, {"id", std::move(id), {}}, {"class", std::move(kind), {}}, {"sentence_zh", std::move(zh), {}}, {"sentence_en", std::move(en), {}}};
    return layer;
}

}  // namespace

nlohmann::ordered_json findings_page_json(const Scene& scene, const Findings& findings) {
    Json all = Json::array();
    for (const CountyFinding& finding : findings.all) {
        all.push_back({{"id", finding.id}, {"label", text_json(finding.label)}, {"card", text_json(finding.card)}, {"parameters", parameters_json(finding)},
                       {"gate", gate_json(finding.gate)}, {"level", finding.level ? Json(level_names[*finding.level]) : Json()}, {"classes", classes_json(finding)},
                       {"units", units_json(scene, finding)}, {"shapes", shapes_json(finding)}, {"table", table_json(finding.table)}, {"series", Json()}});
    }
    return all;
}

nlohmann::ordered_json findings_summary_json(const Scene& scene, const Findings& findings) {
    Json all = Json::object();
    for (const CountyFinding& finding : findings.all) {
        Json body{{"label", text_json(finding.label)}, {"gate", gate_json(finding.gate)}, {"tests", tests_json(finding)}};
        if (finding.level) {
            Json found = Json::object();
            for (const FindingClass& c : finding.classes) found[c.id] = Json::array();
            for (std::size_t i = 0; finding.gate.open && i < finding.units.size(); ++i) {
                if (!finding.units[i].adjusted.empty()) found[finding.units[i].adjusted].push_back(scene.units[*finding.level].code[i]);
            }
            body["level"]   = level_names[*finding.level];
            body["classes"] = std::move(found);
        }
        body["shapes"] = Json::array();
        for (const FindingShape& shape : finding.shapes) body["shapes"].push_back({{"id", shape.id}, {"class", shape.kind}, {"sentence", text_json(shape.sentence)}});
        body["table"]      = table_json(finding.table);
        body["parameters"] = Json::object();
        for (const Parameter& p : finding.parameters) body["parameters"][p.key] = p.value;
        all[finding.id] = std::move(body);
    }
    return all;
}

std::vector<ReleasedLayer> findings_layers(const Scene& scene, const Findings& findings) {
    static const std::vector<std::string> unit_columns = {"code", "name", "class", "class_plain", "status", "sentence_zh", "sentence_en"};
    static const std::vector<std::string> shape_columns = {"method", "id", "class", "sentence_zh", "sentence_en"};
    std::vector<ReleasedLayer> layers;
    for (const CountyFinding& finding : findings.all) {
        if (finding.level) layers.push_back(release_layer(unit_layer(scene, finding), "leadership", unit_columns));
    }
    layers.push_back(release_layer(shape_layer(findings), "leadership", shape_columns));
    return layers;
}

}  // namespace gapmap
