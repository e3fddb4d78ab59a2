#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/test_registry.h"
#include "app/pipeline/measure.h"
#include "app/pipeline/surface.h"
#include "app/pipeline/words.h"
#include "geo/core/draws.h"

namespace gapmap {

/// A class that units or shapes may have, and its look: a colour and a mark, so that a black-and-white printer tells classes apart.
struct FindingClass {
    std::string id;
    Text        label;
    std::string colour;
    std::string mark = "none";  ///< none, dots, lines, cross or rings
};

/// What a method says of one unit. Only words and classes: counts of cases stand here where they may be told.
struct UnitFinding {
    std::string adjusted;  ///< class after adjustment for the number of tests; empty: none
    std::string plain;     ///< class without it; never painted
    Status      status = Status::ok;
    Text        sentence{};
};

/// A shape of its own, as a window of the scan statistic.
struct FindingShape {
    std::string        id, kind;  ///< kind: a class
    Text               label, sentence;
    Polygons<Lonlat>   outline;   ///< one row
    double             level = 0;  ///< of a contour: the p that it encloses; 0: not a contour
};

/// Whether this number of cases could have shown anything. Closed: nothing is painted, and the sentence says so.
struct Gate {
    bool open = false;
    Text sentence;
};

struct FindingTable {
    std::vector<Text>              columns;
    std::vector<std::vector<Text>> rows;
};

/// One method's findings on the county, ready to be published to the leadership.
struct CountyFinding {
    std::string               id;
    Text                      label, card;  ///< card: two sentences that a town official understands
    std::vector<Parameter>    parameters;
    Gate                      gate;
    std::optional<Level>      level;        ///< nothing: of the county
    std::vector<FindingClass> classes;
    std::vector<UnitFinding>  units;        ///< in order of the level's units
    std::vector<FindingShape> shapes;
    std::optional<FindingTable> table;
    std::vector<TestRegistry::Entry> tests; ///< what it tested
};

/// Everything that the statistics say of one county on one day.
struct Findings {
    std::vector<CountyFinding> all;
    std::vector<CaseSurface>   surfaces;  ///< that a finding is painted as
    [[nodiscard]] TestRegistry registry() const;
    [[nodiscard]] const CountyFinding* find(std::string_view id) const noexcept;
};

/// "共做了 312 次检验……": how many tests were run, and what that means.
[[nodiscard]] Text tests_sentence(const Findings& findings);

}  // namespace gapmap
