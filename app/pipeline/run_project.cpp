#include "app/pipeline/run_project.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <thread>

#include "app/pipeline/counting.h"
#include "app/pipeline/findings/find.h"
#include "app/pipeline/measure.h"
#include "app/pipeline/outputs.h"
#include "app/pipeline/release.h"
#include "app/pipeline/scene.h"
#include "app/pipeline/summary.h"
#include "app/pipeline/surface.h"
#include "app/pipeline/tiles_output.h"
#include "app/pipeline/topology.h"
#include "app/pipeline/visit_report.h"
#include "app/progress.h"
#include "app/project/folder.h"
#include "app/project/import_project.h"
#include "app/project/import_report.h"
#include "data/read/digest.h"
#include "data/store/store_lock.h"

namespace gapmap {
namespace {

std::string input_hashes(const Scene& scene) {
    std::string all;
    for (const Batch& batch : scene.batches) all += batch.source_hash + batch.settings_hash;
    return sha256_hex(all);
}

/// Adds the run and its gaps to the open transaction; the same run twice is one run.
void store_run(Store& store, const Scene& scene, const Release& release, const nlohmann::ordered_json& manifest, Seed seed) {
    const RunRecord record{to_string(scene.as_of), input_hashes(scene), manifest.at("parameters").dump(), version(), seed.value};
    if (store.last_run() == record) return;
    const std::int64_t run = store.add_run(record);
    for (const ReleasedLayer& released : release.gaps) {
        const Layer& from = released.layer();
        Layer        gaps{from.name, {}, from.geometry, from.crs};
        for (const char* name : {"level", "code", "name", "rank", "score", "status", "coverage", "risk_per_10000", "households", "people_at_risk"}) {
            gaps.table.columns.push_back(from.table.at(name));
        }
        gaps.table.columns.push_back(from.table.at("reasons_zh"));
        gaps.table.columns.back().name = "reasons";
        store.append_gaps(run, gaps);
    }
    store.append_topology(run, release.topology.layer());
}

}  // namespace

RunResult run_project(const Project& project, Day as_of, Seed seed, const Execution& exec) {
    require_out_place(project.out());
    const StoreLock    lock(project.store_path(), exec);
    require_reports(project.folder);
    Store              store    = Store::open(project.store_path());
    const ImportReport import   = import_project(project, store, exec);
    write_import_workbook(project, import);
    const Scene        scene    = load_scene(project, store, as_of, exec);
    std::jthread       beside;  // PROJ is slow to set up: it is done by the time that tiles are written
    if (exec.threads != 1) beside = std::jthread([&scene] { prepare_tiles(scene); });
    const Topology     topology = check_ground(scene, store, exec);
    const Measures     measures = measure(scene, exec);
    const Counting     counting = count_visits(scene, measures, seed);
    write_visit_report(scene, counting, store);
    auto               surfaces = case_surfaces(scene, measures, exec);
    const Findings     findings = find(scene, measures, seed, exec);
    surfaces.insert(surfaces.end(), findings.surfaces.begin(), findings.surfaces.end());
    const Release      released = release(scene, measures, counting, topology);
    OutFolder          out(project.out());
    write_outputs(out, {scene, measures, released, surfaces, topology, findings}, exec);
    const auto summary  = summary_json({scene, measures, counting, released, topology, import, findings}, out.files());
    out.write("summary.json", summary.dump(1) + "\n");
    const auto manifest = manifest_json(scene, measures, seed.value, out.files());
    out.write("manifest.json", manifest.dump(1) + "\n");
    // All that can fail is done before the outputs change; the record of the run becomes visible right after them.
    store.begin();
    store_run(store, scene, released, manifest, seed);
    out.publish();
    store.commit();
    return {summary, project.out().string()};
}

std::string RunResult::text(Tongue t) const {
    std::string text = fmt::format("{} {}\n", t("数据截至", "as of"), summary.at("as_of").get<std::string>());
    for (const char* level : {"village", "grid"}) {
        text += fmt::format("\n{}\n", std::string(level) == "village" ? t("缺口最大的村（社区）", "widest gaps, villages and communities") : t("缺口最大的网格", "widest gaps, grids"));
        std::size_t shown = 0;
        for (const auto& gap : summary.at("gaps").at(level)) {
            if (gap.at("rank").is_null() || ++shown > 6) break;
            text += fmt::format("{:>4} {:.3f}  {}  {}\n", gap.at("rank").get<int>(), gap.at("score").get<double>(), gap.at("name").get<std::string>(),
                                gap.at("sentence").at(t.chinese ? "zh" : "en").get<std::string>());
        }
    }
    text += fmt::format("\n{}\n  {}/portal/index.html\n  {}/bulletin.html\n  {}/gaps.xlsx\n", t("请打开：", "open:"), out, out, out);
    return text;
}

}  // namespace gapmap
