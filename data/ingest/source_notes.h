#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/store/store.h"
#include "geo/shape/points.h"

namespace gapmap {

/// What is only noted about the rows of one source: the first rows of each kind one by one, the rest as one sentence with their
/// number; and what shows only when all rows are seen: many rows on exactly one point, a column that is swapped throughout.
class SourceNotes {
public:
    /// False where enough of this kind have been written down: the row is counted for the closing sentence.
    [[nodiscard]] bool admit(const Issue& issue);
    /// A row that was taken with a position of its own; `code` is what was done to it.
    void position(std::uint64_t row, Point<Lonlat> at, const std::string& code);
    /// The closing sentences, on the first row that they are about.
    [[nodiscard]] std::vector<Issue> finish(const std::string& position_field);

private:
    struct Spot {
        std::int64_t  key;  ///< the point in units of 1e-7 degrees
        std::uint64_t row;
    };
    struct Kind {
        std::uint64_t count = 0;
        Issue         last{};
    };
    std::map<std::string, Kind> kinds_;
    std::vector<Spot>           spots_;
    std::uint64_t               swapped_ = 0, first_swapped_ = 0;
};

}  // namespace gapmap
