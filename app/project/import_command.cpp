#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>

#include "app/commands.h"
#include "app/project/explain.h"
#include "app/project/folder.h"
#include "app/project/import_project.h"
#include "app/project/import_report.h"
#include "app/tongue.h"
#include "data/store/store_lock.h"

namespace gapmap {
namespace {

void print_json(const nlohmann::ordered_json& body) { fmt::print("{}\n", body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)); }

void explain_one(ExplainRequest request, const std::string& folder, const CommandContext& context) {
    request.folder = folder;
    const Explanation explanation = explain_file(request, context.exec);
    if (context.common.json) {
        print_json(explanation_json(explanation));
    } else {
        fmt::print("{}", explanation_text(explanation, choose_tongue(context.common.lang, explanation.lang)));
    }
}

void print_status(const Store& store, Tongue tongue, bool json) {
    ImportReport report;
    for (const Batch& batch : store.current_batches()) report.sources.push_back({batch, true});
    report.issues  = store.current_issues();
    const auto run = store.last_run();
    if (json) {
        nlohmann::ordered_json body;
        for (const auto& [name, count] : store.counts()) body["layers"][name] = count;
        body["import"]   = import_json(report);
        body["last_run"] = run ? nlohmann::ordered_json{{"as_of", run->as_of}, {"seed", run->seed}, {"version", run->version}} : nlohmann::ordered_json();
        return print_json(body);
    }
    for (const auto& [name, count] : store.counts()) fmt::print("{:<16}{:>10}\n", name, count);
    fmt::print("\n{}", import_text(report, tongue));
    fmt::print("{}\n", run ? fmt::format("{} {}", tongue("最近一次运行，数据截至", "last run, as of"), run->as_of)
                           : std::string(tongue("尚未运行：gapmap run", "no run yet: gapmap run")));
}

void print_history(const Store& store, Tongue tongue, bool json) {
    auto body = nlohmann::ordered_json::array();
    if (!json) fmt::print("{:>5} {:<20} {:>8} {:>8} {:>8} {:>8}  {}\n", "#", tongue("读入时间（UTC）", "read at (UTC)"), tongue("读入", "read"), tongue("采用", "accepted"), tongue("修正", "repaired"), tongue("退回", "held"), tongue("来源", "source"));
    for (const auto& [batch, imported_at, superseded_by] : store.history()) {
        const bool retired = superseded_by == batch.id;
        if (json) {
            body.push_back({{"batch", batch.id}, {"imported_at", imported_at}, {"ledger", batch.ledger}, {"list", batch.list}, {"path", batch.source}, {"sheet", batch.sheet}, {"sha256", batch.source_hash},
                            {"rows_read", batch.rows_read}, {"accepted", batch.accepted}, {"repaired", batch.repaired}, {"held_back", batch.held_back},
                            {"superseded_by", superseded_by == 0 || retired ? nlohmann::ordered_json() : nlohmann::ordered_json(superseded_by)}, {"retired", retired}});
            continue;
        }
        const std::string fate = superseded_by == 0 ? "" : retired ? fmt::format("  ({})", tongue("已停用", "retired")) : fmt::format("  ({} {})", tongue("已被取代，见", "superseded by"), superseded_by);
        fmt::print("{:>5} {:<20} {:>8} {:>8} {:>8} {:>8}  {}{}{}\n", batch.id, imported_at, batch.rows_read, batch.accepted, batch.repaired, batch.held_back, batch.source,
                   batch.sheet.empty() ? "" : " [" + batch.sheet + "]", fate);
    }
    if (json) print_json(body);
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
        const StoreLock    lock(project.store_path(), context.exec);
        require_reports(project.folder);
        Store              store   = Store::open(project.store_path());
        const ImportReport report  = import_project(project, store, context.exec);
        write_import_workbook(project, report);
        const Tongue tongue = choose_tongue(context.common.lang, project.lang);
        if (context.common.json) {
            print_json(import_json(report));
        } else {
            fmt::print("{}", import_text(report, tongue));
        }
    });
}

void register_status(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("status", "What the store holds: layers, last import, last run, open issues");
    command->group("Project")->footer("Example:\n  gapmap status -p /tmp/demo\n  gapmap status -p /tmp/demo --history");
    const auto folder  = std::make_shared<std::string>(".");
    const auto history = std::make_shared<bool>(false);
    command->add_option("-p,--project", *folder, "Folder with county.toml (default: here)");
    command->add_flag("--history", *history, "Every reading of every source, and which one took its place");
    sink(command, [folder, history](const CommandContext& context) {
        const Project project = read_project(*folder);
        const Store   store   = Store::open_existing(project.store_path());
        const Tongue  tongue  = choose_tongue(context.common.lang, project.lang);
        *history ? print_history(store, tongue, context.common.json) : print_status(store, tongue, context.common.json);
    });
}

}  // namespace gapmap
