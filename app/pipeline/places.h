#pragma once
#include <array>
#include <string>
#include <unordered_map>

#include "app/pipeline/scene.h"

namespace gapmap {

/// Finds units by code and by place, and fills in the levels above.
class Locator {
public:
    explicit Locator(const std::array<Units, level_count>& units);

    /// Level and row of a code, if there is such a unit.
    [[nodiscard]] std::optional<std::pair<std::size_t, std::int32_t>> find(const std::string& code) const;

    /// Places rows by code, else by their point. `codes` are columns of unit codes, finest first; missing ones are null.
    /// A code gives its unit and all above it; a point then fills the levels that no code gave. The precision is the finest
    /// level a code gave, or `point` where the row has its own point.
    [[nodiscard]] Places place(const std::vector<const Column*>& codes, Points<Planar> points, const Execution& exec) const;

private:
    const std::array<Units, level_count>&                                      units_;
    std::unordered_map<std::string, std::pair<std::size_t, std::int32_t>>      by_code_;
};

}  // namespace gapmap
