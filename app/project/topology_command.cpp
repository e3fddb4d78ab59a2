// gapmap topology: what does not fit on the ground of a day.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/pipeline/topology.h"
#include "app/project/day_option.h"
#include "app/toolbox/report.h"
#include "data/write/table_file.h"

namespace gapmap {
namespace {

nlohmann::ordered_json as_json(const Topology& topology, Day as_of) {
    const auto text   = [](const std::string& value) { return value.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(value); };
    const auto number = [](double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(); };
    nlohmann::ordered_json body{{"as_of", to_string(as_of)}};
    body.update(topology_json(topology));
    body["list"] = nlohmann::ordered_json::array();
    for (const GroundIssue& one : topology.issues) {
        body["list"].push_back({{"issue", one.issue}, {"level", level_names[one.level]}, {"code", text(one.code)}, {"name", text(one.name)}, {"other_code", text(one.other_code)},
                                {"other_name", text(one.other_name)}, {"area_m2", number(one.area_m2)}, {"width_m", number(one.width_m)}, {"share", number(one.share)},
                                {"message", {{"zh", one.message.zh}, {"en", one.message.en}}}});
    }
    return body;
}

void print_text(const Topology& topology, Day as_of, Tongue t) {
    if (topology.issues.empty()) return fmt::print("{} {}\n", to_string(as_of), t("底图没有不合之处", "the ground fits together"));
    fmt::print("{} {}\n", to_string(as_of), t.chinese ? fmt::format("底图有 {} 处不合", topology.issues.size()) : fmt::format("issues of the ground: {}", topology.issues.size()));
    for (const GroundIssue& one : topology.issues) fmt::print("{:<9}{:<22}{}\n", level_names[one.level], one.issue, t(one.message));
}

}  // namespace

void register_topology(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("topology", "What does not fit on the ground: gaps, overlaps, border crossings, polygons, intervals");
    command->group("Project")->footer("Example:\n  gapmap demo /tmp/demo && gapmap import -p /tmp/demo && gapmap topology -p /tmp/demo -o issues.gpkg");
    struct Options {
        std::string folder = ".", as_of, output;
    };
    const auto options = std::make_shared<Options>();
    command->add_option("-p,--project", options->folder, "Folder with county.toml (default: here)");
    command->add_option("--as-of", options->as_of, "Day to look at, YYYY-MM-DD (default: the one of county.toml)");
    command->add_option("-o,--output", options->output, "Write the issues as a layer: *.gpkg, *.geojson, *.shp, *.fgb, or as a table: *.csv");
    sink(command, [options](const CommandContext& context) {
        check_output(options->output, OutputKind::table);
        const Project  project  = read_project(options->folder);
        const Day      as_of    = options->as_of.empty() ? project.as_of : day_of_option(options->as_of, "--as-of");
        const Store    store    = Store::open_existing(project.store_path());
        const Topology topology = check_ground(load_ground(project, store, as_of, context.exec), store, context.exec);
        if (!options->output.empty()) write_table_file(options->output, topology_layer(topology), context.exec);
        if (context.common.json) return fmt::print("{}\n", as_json(topology, as_of).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        if (options->output != "-") print_text(topology, as_of, choose_tongue(context.common.lang, project.lang));
    });
}

}  // namespace gapmap
