// Any bytes as an office file of one ledger, from its kind to its typed rows: each row read is accepted, repaired or held back, every held-back row is explained in
// both languages, or the file is refused with an InputError.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "data/ingest/import_source.h"
#include "data/ingest/sheet_plan.h"
#include "geo/core/error.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

gapmap::ImportReference ground() {
    gapmap::ImportReference reference;
    reference.county          = {107.3, 34.5, 108.1, 35.0};
    reference.unit_codes      = {"T-1", "V-1", "G-1", "G-1-3"};
    reference.household_codes = {"H1", "H2"};
    reference.units           = std::make_shared<gapmap::UnitDirectory>(std::vector<gapmap::UnitEntry>{{"T-1", "甲山镇", "", "", gapmap::UnitLevel::town},
                                                                                                      {"V-1", "石桥村", "T-1", "", gapmap::UnitLevel::village},
                                                                                                      {"G-1", "安居苑", "T-1", "V-1", gapmap::UnitLevel::grid},
                                                                                                      {"G-1-3", "安居苑3号楼", "G-1", "", gapmap::UnitLevel::building}});
    return reference;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gapmap;
    if (size < 2) return 0;
    static const char* const ledgers[] = {"visits", "cases", "sites", "people_at_risk", "households"};
    const int                file      = memfd_create("fuzz", 0);
    check(file >= 0 && write(file, data + 1, size - 1) == static_cast<ssize_t>(size - 1));
    SourceSpec spec{.ledger = ledgers[data[0] % 5], .list = data[0] % 5 == 0 ? "visited" : "", .path = "fuzz.csv", .file = "/proc/self/fd/" + std::to_string(file), .crs = "EPSG:4490"};
    spec.dates.year     = 2022;
    spec.as_of          = Day::of(2022, 8, 31);
    spec.location_role  = "home";
    spec.max_held_share = 1;
    try {
        for (const SourceSpec& one : resolve_sheets(spec)) {
            ImportReference     reference = ground();
            const ImportSummary summary   = import_source(one, reference, {}, [](ImportChunk&& chunk) {
                for (const Issue& issue : chunk.issues) check(!issue.code.empty() && !issue.detail_zh.empty() && !issue.detail_en.empty());
            });
            check(summary.accepted + summary.repaired + summary.held_back == summary.rows_read);
        }
    } catch (const InputError&) {
    }
    close(file);
    return 0;
}
