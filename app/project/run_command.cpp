#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/pipeline/run_project.h"
#include "app/project/day_option.h"
#include "app/tongue.h"

namespace gapmap {

void register_run(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("run", "The whole job: import what changed, measure, find the gaps, build the outputs");
    command->group("Project")->footer("Example:\n  gapmap demo /tmp/demo && gapmap run -p /tmp/demo");
    struct Options {
        std::string folder = ".", as_of;
    };
    const auto options = std::make_shared<Options>();
    command->add_option("-p,--project", options->folder, "Folder with county.toml (default: here)");
    command->add_option("--as-of", options->as_of, "Day to look at, YYYY-MM-DD (default: the one of county.toml)");
    sink(command, [options](const CommandContext& context) {
        const Project project = read_project(options->folder);
        const Day     as_of   = options->as_of.empty() ? project.as_of : day_of_option(options->as_of, "--as-of");
        const RunResult result = run_project(project, as_of, context.common.seed, context.exec);
        if (context.common.json) {
            fmt::print("{}\n", result.summary.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
            return;
        }
        const Tongue tongue = choose_tongue(context.common.lang, project.lang);
        fmt::print("{}\n", result.text(tongue));
    });
}

}  // namespace gapmap
