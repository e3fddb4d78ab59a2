#include "app/pipeline/findings/find.h"

#include <cmath>

namespace gapmap {

CaseGrounds case_grounds(const Scene& scene, const Measures& measures) {
    CaseGrounds  out;
    const Units& villages = scene.units[village];
    for (std::size_t v = 0; v < villages.size(); ++v) {
        const UnitMeasure& unit = measures.levels[village].units[v];
        out.cases.push_back(static_cast<double>(unit.cases));
        out.people.push_back(static_cast<double>(unit.people_at_risk));
        out.middle.push_back(polygon_centroid(villages.metric.view(), v));
        out.total += static_cast<double>(unit.cases);
    }
    for (std::size_t i = 0; i < scene.cases.size(); ++i) {
        const std::int32_t v = scene.cases.place.unit[village][i];
        if (!scene.cases.at_home[i] || v == nowhere) continue;
        const Point<Planar> point = scene.cases.place.point.view()[i];
        out.village.push_back(v);
        out.day.push_back(scene.cases.day[i]);
        out.point.push_back(std::isfinite(point.x) && std::isfinite(point.y) ? point : out.middle.view()[static_cast<std::size_t>(v)]);
    }
    return out;
}

Findings find(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec) {
    const CaseGrounds grounds = case_grounds(scene, measures);
    Findings          out;
    out.all.push_back(find_scan(scene, measures, grounds, seed, exec));
    out.all.push_back(find_scan_time(scene, measures, grounds, seed, exec));
    out.all.push_back(find_local(scene, measures, grounds, false, seed, exec));
    out.all.push_back(find_local(scene, measures, grounds, true, seed, exec));
    out.all.push_back(find_near_repeats(scene, measures, grounds, seed, exec));
    out.all.push_back(find_trends(scene, measures, grounds));
    out.all.push_back(find_alarms(scene, measures, grounds));
    out.all.push_back(find_change(scene, measures, seed));
    out.all.push_back(find_bivariate(scene, measures, seed));
    out.all.push_back(find_ranks(scene, measures, seed));
    return out;
}

}  // namespace gapmap
