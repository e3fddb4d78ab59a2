#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>

#include "app/commands.h"
#include "app/project/explain.h"
#include "app/project/import_project.h"
#include "app/project/import_report.h"
#include "app/tongue.h"

namespace gapmap {
namespace {

void explain_one(ExplainRequest request, const std::string& folder, const CommandContext& context) {
    request.folder = folder;
    const Explanation explanation = explain_file(request, context.exec);
    if (context.common.json) {
        fmt::print("{}\n", explanation_json(explanation).dump());
    } else {
        fmt::print("{}", explanation_text(explanation, choose_tongue(context.common.lang, explanation.lang)));
    }
}

}  // namespace

void register_import(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("import", "Read the ledgers into the store and report every row that needs a person");
    command->group("Project")->footer("Example:\n  gapmap demo /tmp/demo && gapmap import -p /tmp/demo\n  gapmap import -p /tmp/demo --explain /tmp/demo/ledgers/宣传阵地.csv");
    const auto folder = std::make_shared<std::string>(".");
    const auto asked  = std::make_shared<ExplainRequest>();
    command->add_option("-p,--project", *folder, "Folder with county.toml (default: here)");
    CLI::Option* explain = command->add_option("--explain", asked->file, "Say how this file would be understood; nothing is stored");
    for (const auto& [name, target, text] : {std::tuple{"--ledger", &asked->ledger, "With --explain: the ledger (default: the one in county.toml, else the best match)"},
                                             std::tuple{"--list", &asked->list, "With --explain: the list of visits, or the level of units"},
                                             std::tuple{"--sheet", &asked->sheet, "With --explain: the sheet (default: every visible one that matches)"},
                                             std::tuple{"--crs", &asked->crs, "With --explain: the system of the coordinates"}}) {
        command->add_option(name, *target, text)->needs(explain);
    }
    command->add_flag("--show-personal", asked->show_personal, "With --explain: show personal values in the first rows")->needs(explain);
    sink(command, [folder, asked](const CommandContext& context) {
        if (!asked->file.empty()) return explain_one(*asked, *folder, context);
        const Project      project = read_project(*folder);
        Store              store   = Store::open(project.store_path());
        const ImportReport report  = import_project(project, store, context.exec);
        write_import_workbook(project, report);
        const Tongue tongue = choose_tongue(context.common.lang, project.lang);
        if (context.common.json) {
            fmt::print("{}\n", import_json(report).dump());
        } else {
            fmt::print("{}", import_text(report, tongue));
        }
    });
}

void register_status(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("status", "What the store holds: layers, last import, last run, open issues");
    command->group("Project")->footer("Example:\n  gapmap status -p /tmp/demo");
    const auto folder = std::make_shared<std::string>(".");
    command->add_option("-p,--project", *folder, "Folder with county.toml (default: here)");
    sink(command, [folder](const CommandContext& context) {
        const Project project = read_project(*folder);
        const Store   store   = Store::open_existing(project.store_path());
        ImportReport  report;
        for (const Batch& batch : store.current_batches()) report.sources.push_back({batch, true});
        report.issues     = store.current_issues();
        const auto run    = store.last_run();
        const Tongue tongue = choose_tongue(context.common.lang, project.lang);
        if (context.common.json) {
            nlohmann::ordered_json body;
            for (const auto& [name, count] : store.counts()) body["layers"][name] = count;
            body["import"]   = import_json(report);
            body["last_run"] = run ? nlohmann::ordered_json{{"as_of", run->as_of}, {"seed", run->seed}, {"version", run->version}} : nlohmann::ordered_json();
            fmt::print("{}\n", body.dump());
            return;
        }
        for (const auto& [name, count] : store.counts()) fmt::print("{:<16}{:>10}\n", name, count);
        fmt::print("\n{}", import_text(report, tongue));
        fmt::print("{}\n", run ? fmt::format("{} {}", tongue("最近一次运行，数据截至", "last run, as of"), run->as_of)
                               : std::string(tongue("尚未运行：gapmap run", "no run yet: gapmap run")));
    });
}

}  // namespace gapmap
