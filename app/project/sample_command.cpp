// gapmap sample: whom to ask again, village by village, so that a random few tell whether a village was really covered.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/lqas.h"
#include "app/commands.h"
#include "app/pipeline/scene.h"
#include "app/project/folder.h"
#include "app/tongue.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "render/workbook.h"

namespace gapmap {
namespace {

/// One village's rule and its share of the list.
struct VillageSample {
    std::int32_t               village = 0;
    std::int64_t               households = 0;
    LqasPlan                   plan;
    std::vector<std::uint32_t> rows;  ///< households, in the order they were drawn
};

void check(const LqasOptions& o) {
    const auto inside = [](double p) { return p > 0 && p < 1; };
    if (!inside(o.alpha) || !inside(o.beta)) throw UsageError("--alpha and --beta: expected a risk between 0 and 1, such as 0.1");
    if (!(o.p_low >= 0 && o.p_low < o.p_high && o.p_high <= 1)) throw UsageError("--p-low and --p-high: expected 0 <= low < high <= 1, such as 0.5 and 0.8");
}

std::vector<VillageSample> draw(const Scene& scene, const std::vector<std::string>& codes, const LqasOptions& options, Seed seed) {
    const auto&                village_of = scene.households.place.unit[village];
    std::vector<VillageSample> out(scene.units[village].size());
    for (std::size_t v = 0; v < out.size(); ++v) out[v].village = static_cast<std::int32_t>(v);
    // The whole line of each village: the first n of it are the sample, whatever n is.
    for (const std::uint32_t row : sample_households(village_of, codes, std::ssize(codes), seed)) out[static_cast<std::size_t>(village_of[row])].rows.push_back(row);
    for (VillageSample& one : out) {
        one.households = std::ssize(one.rows);
        if (one.households == 0) continue;
        LqasOptions lot = options;
        lot.lot         = one.households;
        const auto plan = plan_lqas(lot);
        if (!plan) throw UsageError(fmt::format("no sample of up to {} households tells {:g} from {:g} with these risks; widen them", lot.n_max, lot.p_low, lot.p_high));
        one.plan = *plan;
        one.rows.resize(static_cast<std::size_t>(one.plan.n));
    }
    std::erase_if(out, [](const VillageSample& one) { return one.households == 0; });
    return out;
}

std::string workbook(const Scene& scene, const std::vector<std::string>& codes, const std::vector<VillageSample>& samples) {
    WorkbookSheet list{.name = "回访名单", .rows = {{"户编号", "回访日期", "是否走访过", "村编码", "村名", "序号"}}, .column_widths = {22, 12, 12, 16, 22, 8}, .autofilter = true, .freeze_header = true};
    WorkbookSheet rule{.name = "判定规则", .rows = {{"村编码", "村名", "户数", "回访户数", "至少几户答“是”为合格", "好村误判风险", "差村误判风险"}}, .column_widths = {16, 22, 8, 10, 22, 14, 14},
                       .column_formats = {"", "", "", "", "", "0.0%", "0.0%"}, .freeze_header = true};
    for (const VillageSample& one : samples) {
        const auto v = static_cast<std::size_t>(one.village);
        for (std::size_t i = 0; i < one.rows.size(); ++i) {
            list.rows.push_back({codes[one.rows[i]], {}, {}, scene.units[village].code[v], scene.units[village].name[v], static_cast<double>(i + 1)});
        }
        rule.rows.push_back({scene.units[village].code[v], scene.units[village].name[v], static_cast<double>(one.households), static_cast<double>(one.plan.n),
                             static_cast<double>(one.plan.d), one.plan.alpha, one.plan.beta});
    }
    WorkbookSheet notes{.name = "说明", .rows = {{"事项", "内容"},
                        {"怎样用", "逐户回访名单上的每一户，不得换户；填“回访日期”和“是否走访过”（是／否）。由走访组以外的人回访。"},
                        {"填好以后", "把本文件移到 ledgers/ 下，在 county.toml 加一个 [[source]]：ledger = \"backchecks\"，sheet = \"回访名单\"，再运行 gapmap run。"},
                        {"保密", "本表列有户编号，只供内部使用，不得放入 out/ 或对外发布。"}}, .column_widths = {14, 100}};
    return workbook_bytes({list, rule, notes}, {.title = scene.project.name + " 回访名单", .created = scene.as_of});
}

/// A list that somebody may already have filled in is never written over.
void write_list(const std::filesystem::path& path, const std::string& bytes) {
    if (std::filesystem::exists(path) && read_whole_file(path) != bytes) {
        throw OutputError("holds another list, perhaps filled in; move it to ledgers/ or delete it first", {.source = path.string()});
    }
    write_whole_file(path, bytes);
}

nlohmann::ordered_json sample_json(const Scene& scene, const std::vector<VillageSample>& samples, std::int64_t asked, const std::string& path) {
    nlohmann::ordered_json body{{"path", path}, {"households", asked}, {"villages", nlohmann::ordered_json::array()}};
    for (const VillageSample& one : samples) {
        body["villages"].push_back({{"code", scene.units[village].code[static_cast<std::size_t>(one.village)]}, {"households", one.households}, {"n", one.plan.n}, {"d", one.plan.d},
                                    {"alpha", one.plan.alpha}, {"beta", one.plan.beta}});
    }
    return body;
}

}  // namespace

void register_sample(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("sample", "Draw the back-check list: random households of each village, by lot quality assurance");
    command->group("Project")->footer("Example:\n  gapmap demo /tmp/demo && gapmap import -p /tmp/demo && gapmap sample -p /tmp/demo");
    struct Options {
        std::string folder = ".";
        LqasOptions risks;
    };
    const auto options = std::make_shared<Options>();
    command->add_option("-p,--project", options->folder, "Folder with county.toml (default: here)");
    command->add_option("--p-low", options->risks.p_low, "A village covered so little should fail (share, default 0.5)");
    command->add_option("--p-high", options->risks.p_high, "A village covered so much should pass (share, default 0.8)");
    command->add_option("--alpha", options->risks.alpha, "Risk of failing a village at --p-high (default 0.1)");
    command->add_option("--beta", options->risks.beta, "Risk of passing a village at --p-low (default 0.1)");
    sink(command, [options](const CommandContext& context) {
        check(options->risks);
        const Project project = read_project(options->folder);
        const Store   store   = Store::open_existing(project.store_path());
        const Scene   scene   = load_scene(project, store, project.as_of, context.exec);
        const Table   table   = store.read("households", {"household_code"});
        const auto&   codes   = std::get<Column::Texts>(table.at("household_code").data);
        const auto    samples = draw(scene, codes, options->risks, context.common.seed);
        std::int64_t  asked   = 0;
        for (const VillageSample& one : samples) asked += one.plan.n;
        make_folder(project.folder / "reports");
        write_list(project.folder / "reports" / "backcheck.xlsx", workbook(scene, codes, samples));
        if (context.common.json) {
            fmt::print("{}\n", sample_json(scene, samples, asked, "reports/backcheck.xlsx").dump());
            return;
        }
        const Tongue t = choose_tongue(context.common.lang, project.lang);
        const auto [low, high] = std::ranges::minmax(samples, {}, [](const VillageSample& one) { return one.plan.n; });
        fmt::print("{}\n", t.chinese ? fmt::format("{} 个村（社区）抽取 {} 户，每村 {} 至 {} 户；名单和判定规则见 reports/backcheck.xlsx", samples.size(), asked, low.plan.n, high.plan.n)
                                     : fmt::format("{} villages, {} households to ask, {} to {} a village; the list and each village's rule: reports/backcheck.xlsx", samples.size(), asked, low.plan.n, high.plan.n));
    });
}

}  // namespace gapmap
