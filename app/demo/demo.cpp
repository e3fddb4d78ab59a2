#include "app/demo/demo.h"

#include <fmt/format.h>

#include <optional>

#include "app/demo/ledgers.h"
#include "app/project/folder.h"
#include "geo/core/expects.h"

namespace gapmap::demo {
namespace {

/// Everything that one county's ledgers are written from.
struct Data {
    People     people;
    VisitLists visits;
    Records    records;

    Data(const Ground& ground, Seed seed, std::size_t k)
        : people(make_people(ground, seed, k)), visits(make_visits(ground, people, seed, k)), records(make_records(ground, people, seed, k)) {}
};

}  // namespace

Journal write_demo(const std::filesystem::path& folder, const DemoOptions& options, const Execution& exec) {
    GEO_EXPECTS(options.counties >= 1 && options.counties <= max_counties);
    require_new_or_demo_folder(folder);
    Journal journal{folder, {}, {}};
    make_folder(folder / "ledgers");
    std::error_code missing;  // the other form of this ledger, left by a demo of another scale
    std::filesystem::remove(folder / (options.counties == 1 ? "ledgers/承诺清单.csv" : "ledgers/承诺清单.xlsx"), missing);

    const Ground ground = make_ground(options.seed);
    write_project_file(journal, options.counties);  // first: it marks the folder as a demo, which a rerun may overwrite
    write_layers(journal, ground, options.counties);
    VisitWriters        visits(journal, options.counties == 1);
    RegisterWriters     registers(journal);
    OfficeWriters       office(journal);
    std::optional<Data> first;
    for (std::size_t k = 0; k < options.counties; ++k) {
        exec.check_stop();
        Data         data(ground, options.seed, k);
        const County county{k, ground, data.people, data.visits, data.records};
        visits.add(county);
        registers.add(county);
        office.add(county);
        if (k == 0) first = std::move(data);
        exec.report("demo", k + 1, options.counties);
    }
    visits.finish();
    registers.finish();
    office.finish();
    write_truth(journal, options.seed, options.counties, {0, ground, first->people, first->visits, first->records});
    return journal;
}

}  // namespace gapmap::demo
