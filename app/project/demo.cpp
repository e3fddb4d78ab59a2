#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/demo/demo.h"

namespace gapmap {
namespace {

struct Options {
    std::string folder;
    std::size_t counties = 1;
};

void print_json(const demo::Journal& journal, const Options& options, Seed seed) {
    nlohmann::ordered_json files = nlohmann::ordered_json::array();
    for (const auto& file : journal.files) files.push_back({{"path", file.path}, {"rows", file.rows}});
    const nlohmann::ordered_json out{{"folder", options.folder}, {"seed", seed.value}, {"scale", options.counties},
                                     {"files", files}, {"quirks", journal.quirks.size()}};
    fmt::print("{}\n", out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void print_text(const demo::Journal& journal, const Options& options) {
    fmt::print("{}/county.toml\n", options.folder);
    for (const auto& file : journal.files) fmt::print("{}/{}: {} rows\n", options.folder, file.path, file.rows);
    fmt::print("{}/truth.json: what was planted, {} quirks\n", options.folder, journal.quirks.size());
    fmt::print("next: gapmap run -p {}\n", options.folder);
}

}  // namespace

void register_demo(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("demo", "Write the demo county: ledgers as an office would send them")->group("Project");
    auto      options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "Folder to write: new, empty, or an earlier demo")->required();
    command->add_option("--scale", options->counties, "How many counties' worth, side by side, for load tests (default 1)")
        ->check(CLI::Range(std::size_t{1}, demo::max_counties));
    command->footer("Example:\n  gapmap demo demo-county && gapmap run -p demo-county");
    sink(command, [options](const CommandContext& context) {
        const auto journal = demo::write_demo(options->folder, {context.common.seed, options->counties}, context.exec);
        if (context.common.json) {
            print_json(journal, *options, context.common.seed);
        } else {
            print_text(journal, *options);
        }
    });
}

}  // namespace gapmap
