#include "app/pipeline/outputs.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "app/page_files.h"
#include "app/pipeline/findings/findings_json.h"
#include "app/pipeline/page_data.h"
#include "app/pipeline/tables.h"
#include "app/pipeline/tiles_output.h"
#include "data/write/geotiff.h"
#include "data/write/vector_file.h"
#include "render/qgis_style.h"

namespace gapmap {
namespace {

/// QGIS looks for this table in a GeoPackage and applies the default style of each layer.
Layer style_table(const std::vector<std::pair<std::string, std::string>>& styles, const std::string& day) {
    Layer table{"layer_styles", {}, std::monostate{}, ""};
    const auto add = [&](const char* name, auto value_of) {
        Column::Texts texts;
        for (const auto& style : styles) texts.push_back(value_of(style));
        table.table.columns.push_back({name, std::move(texts), {}});
    };
    using Style = std::pair<std::string, std::string>;
    add("f_table_catalog", [](const Style&) { return std::string(); });
    add("f_table_schema", [](const Style&) { return std::string(); });
    add("f_table_name", [](const Style& style) { return style.first; });
    add("f_geometry_column", [](const Style&) { return std::string("geom"); });
    add("styleName", [](const Style& style) { return style.first; });
    add("styleQML", [](const Style& style) { return style.second; });
    add("styleSLD", [](const Style&) { return std::string(); });
    table.table.columns.push_back({"useAsDefault", Column::Integers(styles.size(), 1), {}});
    add("description", [](const Style&) { return std::string("gapmap"); });
    add("owner", [](const Style&) { return std::string(); });
    add("ui", [](const Style&) { return std::string(); });
    add("update_time", [&](const Style&) { return day + "T00:00:00.000Z"; });
    return table;
}

std::vector<FindingLook> looks_of(const CountyFinding& finding) {
    std::vector<FindingLook> looks;
    for (const FindingClass& c : finding.classes) looks.push_back({c.id, c.label.zh + " " + c.label.en, c.colour, c.mark});
    return looks;
}

/// A style for each layer of findings; the layers are named as in findings_layers().
void add_finding_styles(const Findings& findings, const std::array<double, level_count>& border_mm, std::vector<std::pair<std::string, std::string>>& styles) {
    std::map<std::string, FindingLook> of_shapes;
    for (const CountyFinding& finding : findings.all) {
        const std::vector<FindingLook> looks = looks_of(finding);
        if (finding.level) styles.emplace_back("found_" + finding.id, finding_style_qml(looks, border_mm[*finding.level]));
        for (const FindingShape& shape : finding.shapes) of_shapes.emplace(shape.kind, *std::ranges::find(looks, shape.kind, &FindingLook::id));
    }
    std::vector<FindingLook> looks;
    for (const auto& [kind, look] : of_shapes) looks.push_back(look);
    styles.emplace_back("found_shapes", finding_shapes_style_qml(looks));
}

void write_layers_file(OutFolder& out, const Results& r) {
    std::vector<const Layer*> layers;
    std::vector<std::pair<std::string, std::string>> styles;
    constexpr std::array<double, level_count> border_mm = {0.5, 0.3, 0.2, 0.1};
    std::int64_t features = 0;
    for (std::size_t level = 0; level < level_count; ++level) {
        layers.push_back(&r.release.gaps[level].layer());
        styles.emplace_back(layers.back()->name, gap_style_qml(gap_breaks(r.measures, level), border_mm[level]));
        features += static_cast<std::int64_t>(layers.back()->rows());
    }
    const Layer&          sites = r.release.sites.layer();
    std::set<std::string> kinds(r.scene.sites.kind.begin(), r.scene.sites.kind.end());
    layers.push_back(&sites);
    styles.emplace_back(sites.name, site_style_qml({kinds.begin(), kinds.end()}));
    features += static_cast<std::int64_t>(sites.rows());
    const Layer& topology = r.release.topology.layer();
    layers.push_back(&topology);
    styles.emplace_back(topology.name, topology_style_qml());
    features += static_cast<std::int64_t>(topology.rows());
    const std::vector<ReleasedLayer> found = findings_layers(r.scene, r.findings);
    add_finding_styles(r.findings, border_mm, styles);
    for (const ReleasedLayer& layer : found) {
        layers.push_back(&layer.layer());
        features += static_cast<std::int64_t>(layers.back()->rows());
    }
    const Layer style_layer = style_table(styles, to_string(r.scene.as_of));
    layers.push_back(&style_layer);
    VectorFormat format{.driver = "GPKG", .date = to_string(r.scene.as_of)};
    write_layers(layers, out.path("gaps.gpkg"), format);
    out.record("gaps.gpkg", features);
}

void write_surfaces(OutFolder& out, const Results& r, const Execution& exec) {
    for (const CaseSurface& surface : r.surfaces) {
        const std::string name = "surfaces/" + surface.id + ".tif";
        write_geotiff(out.path(name).string(), surface.raster, r.scene.metric_crs, exec);
        out.record(name, static_cast<std::int64_t>(surface.raster.grid.cells()));
    }
}

void write_page(OutFolder& out, const Results& r) {
    for (const char* name : {"index.html", "page.js", "page.css"}) out.write(std::string("portal/") + name, page_file(name));
    out.write("portal/data.js", page_data_js(r.scene, r.measures, r.release, r.surfaces, r.findings));
}

}  // namespace

void write_outputs(OutFolder& out, const Results& r, const Execution& exec) {
    std::int64_t rows = 0;
    for (const ReleasedLayer& layer : r.release.gaps) rows += static_cast<std::int64_t>(layer.layer().rows());
    exec.report("outputs", 0, 5);
    out.write("gaps.csv", gaps_csv(r.release), rows);
    out.write("gaps.xlsx", gaps_workbook(r.scene, r.measures, r.release), rows);
    out.write("bulletin.html", bulletin_html(r.scene, r.measures, r.release, topology_line(r.topology), r.findings));
    exec.report("outputs", 1, 5);
    write_layers_file(out, r);
    exec.report("outputs", 2, 5);
    write_surfaces(out, r, exec);
    exec.report("outputs", 3, 5);
    write_tiles(out, r, exec);
    exec.report("outputs", 4, 5);
    write_page(out, r);
    exec.report("outputs", 5, 5);
}

}  // namespace gapmap
