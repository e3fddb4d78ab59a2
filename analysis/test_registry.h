#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace gapmap {

/// Every test that a run makes, so that the run can say how many there were and how many of them chance alone would have found.
class TestRegistry {
public:
    struct Entry {
        std::string  id;            ///< what was tested: "change/610329101", "local_moran"
        std::int64_t hypotheses = 1;  ///< tests behind this entry (a map of 70 units: 70). REQUIRES >= 1
        double       alpha = 0.05;  ///< level at which each was called significant. REQUIRES in [0, 1]
        double       p = 0;         ///< the entry's p, or the smallest of its tests; NaN where undefined
        std::int64_t significant = 0;  ///< REQUIRES in [0, hypotheses]
        bool         adjusted = false;  ///< called after a control of false discoveries: then alpha bounds their rate, not their number
    };

    /// Ids are unique; one that is there already is a PreconditionError: a test is not run again until it pleases.
    void add(Entry entry);

    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    [[nodiscard]] std::int64_t              run() const noexcept;          ///< hypotheses of entries with a p
    [[nodiscard]] std::int64_t              significant() const noexcept;
    /// If nothing were there: sum of hypotheses * alpha over unadjusted entries, plus alpha an adjusted one (under the full null a
    /// discovery rate of alpha is the chance of any discovery, Benjamini & Hochberg 1995).
    [[nodiscard]] double                    expected_false() const noexcept;

private:
    std::vector<Entry> entries_;
};

}  // namespace gapmap
