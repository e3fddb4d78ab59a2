#include "render/qgis_style.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "render/html_text.h"

namespace gapmap {
namespace {

struct Rule {
    std::string filter, label, symbol;
};

std::string rgba(Rgba c) { return fmt::format("{},{},{},{}", c.r, c.g, c.b, c.a); }

std::string prop(const std::string& key, const std::string& value) { return fmt::format("<prop k=\"{}\" v=\"{}\"/>", key, html_text(value)); }

std::string fill_layer(Rgba fill, const std::string& brush, const std::string& border_style, double border_mm) {
    return "<layer class=\"SimpleFill\" enabled=\"1\" pass=\"0\" locked=\"0\">" + prop("color", rgba(fill)) + prop("style", brush) +
           prop("outline_color", "74,79,85,255") + prop("outline_style", border_style) + prop("outline_width", fmt::format("{:g}", border_mm)) +
           prop("outline_width_unit", "MM") + "</layer>";
}

std::string symbol(std::size_t number, const std::string& type, const std::string& layers) {
    return fmt::format("<symbol type=\"{}\" name=\"{}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{}</symbol>", type, number, layers);
}

/// Looks of units of which there is nothing to say; the same on every layer of units.
void add_status_rules(std::vector<Rule>& rules, double border_mm) {
    const std::string hatch = fill_layer({225, 225, 222, 255}, "solid", "no", border_mm) + fill_layer({110, 115, 120, 255}, "b_diagonal", "solid", border_mm);
    rules.push_back({"\"status\" = 'too_few'", "样本过少 too few", symbol(rules.size(), "fill", hatch)});
    rules.push_back({"\"status\" = 'missing'", "无数据 no data", symbol(rules.size(), "fill", fill_layer({255, 255, 255, 255}, "solid", "dot", border_mm))});
    rules.push_back({"\"status\" = 'suppressed'", "不公开 withheld", symbol(rules.size(), "fill", fill_layer({170, 172, 174, 255}, "solid", "dash", border_mm))});
}

Rgba rgb_of(const std::string& hex) {
    const auto part = [&](std::size_t at) { return static_cast<std::uint8_t>(std::stoi(hex.substr(at, 2), nullptr, 16)); };
    return {part(1), part(3), part(5), 255};
}

/// The page's marks as brushes of QGIS.
const char* brush_of(const std::string& mark) {
    return mark == "dots" ? "dense6" : mark == "lines" ? "horizontal" : mark == "cross" ? "diagonal_x" : mark == "rings" ? "dense7" : "no";
}

std::string rule_renderer(const std::vector<Rule>& rules) {
    std::string rule_text, symbols;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        rule_text += fmt::format("<rule key=\"{{gapmap-{}}}\" filter=\"{}\" label=\"{}\" symbol=\"{}\"/>", i, html_text(rules[i].filter), html_text(rules[i].label), i);
        symbols += rules[i].symbol;
    }
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" styleCategories=\"Symbology\">"
           "<renderer-v2 type=\"RuleRenderer\" forceraster=\"0\" enableorderby=\"0\" symbollevels=\"0\"><rules key=\"{gapmap-root}\">" +
           rule_text + "</rules><symbols>" + symbols + "</symbols></renderer-v2></qgis>\n";
}

}  // namespace

std::string gap_style_qml(const std::vector<double>& breaks, double border_mm) {
    std::vector<Rule> rules;
    for (std::size_t i = 0; i <= breaks.size(); ++i) {
        if (i > 0 && i < breaks.size() && breaks[i] == breaks[i - 1]) continue;  // equal breaks have no class between them
        std::string filter = "\"status\" = 'ok'", label;
        if (i > 0) filter += fmt::format(" AND \"score\" > {}", breaks[i - 1]);
        if (i < breaks.size()) filter += fmt::format(" AND \"score\" <= {}", breaks[i]);
        if (i == 0) label = fmt::format("<= {}", breaks[0]);
        else if (i == breaks.size()) label = fmt::format("> {}", breaks.back());
        else label = fmt::format("{} – {}", breaks[i - 1], breaks[i]);
        rules.push_back({filter, label, symbol(rules.size(), "fill", fill_layer(gap_colours[i], "solid", "solid", border_mm))});
    }
    add_status_rules(rules, border_mm);
    return rule_renderer(rules);
}

std::string finding_style_qml(const std::vector<FindingLook>& classes, double border_mm) {
    std::vector<Rule> rules;
    for (const FindingLook& c : classes) {
        const std::string fill = fill_layer(rgb_of(c.colour), "solid", "solid", border_mm) + fill_layer({255, 255, 255, 255}, brush_of(c.mark), "no", border_mm);
        rules.push_back({fmt::format("\"status\" = 'ok' AND \"class\" = '{}'", c.id), c.label, symbol(rules.size(), "fill", fill)});
    }
    rules.push_back({"\"status\" = 'ok' AND coalesce(\"class\", '') = ''", "检验过，未发现 nothing found", symbol(rules.size(), "fill", fill_layer({246, 242, 228, 255}, "solid", "solid", border_mm))});
    add_status_rules(rules, border_mm);
    return rule_renderer(rules);
}

std::string finding_shapes_style_qml(const std::vector<FindingLook>& classes) {
    std::vector<Rule> rules;
    for (const FindingLook& c : classes) {
        const std::string outline = "<layer class=\"SimpleLine\" enabled=\"1\" pass=\"0\" locked=\"0\">" + prop("line_color", rgba(rgb_of(c.colour))) + prop("line_style", "solid") +
                                    prop("line_width", "0.8") + prop("line_width_unit", "MM") + "</layer>";
        rules.push_back({fmt::format("\"class\" = '{}'", c.id), c.label, symbol(rules.size(), "fill", outline)});
    }
    return rule_renderer(rules);
}

std::string topology_style_qml() {
    struct Family {
        const char *issues, *label;
        Rgba        colour;
    };
    // Colours that stay apart for the colour-blind, and from the red ramp of the gaps.
    static const std::array<Family, 5> families = {{{"'overlap', 'overlap_sliver', 'duplicate'", "重叠 overlap", {230, 159, 0, 150}},
                                                    {"'gap', 'gap_sliver'", "空隙 gap", {86, 180, 233, 150}},
                                                    {"'across_town', 'outside_parent', 'building_outside_grid'", "跨界 beyond its parent", {0, 158, 115, 150}},
                                                    {"'repaired_geometry', 'no_geometry'", "几何 geometry", {204, 121, 167, 150}},
                                                    {"'interval_overlap', 'interval_gap', 'interval_empty'", "有效期 validity", {120, 120, 120, 90}}}};
    std::vector<Rule> rules;
    for (const Family& family : families) {
        rules.push_back({fmt::format("\"issue\" IN ({})", family.issues), family.label, symbol(rules.size(), "fill", fill_layer(family.colour, "solid", "solid", 0.6))});
    }
    return rule_renderer(rules);
}

std::string site_style_qml(const std::vector<std::string>& kinds) {
    constexpr std::array<const char*, 6> shapes = {"square", "circle", "triangle", "diamond", "pentagon", "star"};
    std::vector<Rule>                    rules;
    for (const bool open : {true, false}) {
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            const std::string layer = "<layer class=\"SimpleMarker\" enabled=\"1\" pass=\"0\" locked=\"0\">" + prop("name", shapes[i % shapes.size()]) +
                                      prop("color", open ? "31,95,139,255" : "255,255,255,255") + prop("outline_color", "31,35,40,255") + prop("size", "2.6") +
                                      prop("size_unit", "MM") + "</layer>";
            rules.push_back({fmt::format("\"kind\" = '{}' AND \"open\" = {}", kinds[i], open ? 1 : 0), kinds[i] + (open ? "" : "（未启用或已撤除）"),
                             symbol(rules.size(), "marker", layer)});
        }
    }
    return rule_renderer(rules);
}

}  // namespace gapmap
