#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/ingest/cell_parse.h"

namespace gapmap {

enum class UnitLevel { town, village, grid, building };
[[nodiscard]] std::string_view         to_string(UnitLevel level) noexcept;
[[nodiscard]] std::optional<UnitLevel> unit_level(std::string_view name) noexcept;

struct UnitEntry {
    std::string code, name, parent, village;  ///< codes of the unit above it, and of the village a grid lies in, where known
    UnitLevel   level = UnitLevel::village;
};

/// What the suffix of a name says about its bearer: 村, 社区, 镇, 小区 and their variants.
enum class NameSuffix { none, town, village, community, grid };

/// A place as a row names it. Each part may be empty.
struct NamedPlace {
    std::string_view town{}, unit{}, grid{}, building{}, address{};
};

/// What a name means. `found` has its unit; `ambiguous` has the units between which nothing decides; `unknown` may have units whose names
/// differ by one character: they are for a person to look at, and are never taken.
struct Resolution {
    enum class Kind { nothing, found, ambiguous, unknown };
    Kind                          kind = Kind::nothing;
    const UnitEntry*              unit = nullptr;
    std::vector<const UnitEntry*> candidates{};
    Note                          note{};  ///< what was less exact than written: a building that no ledger has
};

/// The units by name. A name may carry the county's and the town's name in front and any of its kind's suffixes (村, 村委会, 村民委员会,
/// 社区, 居委会, 镇, 小区 ...) or none; a building may stand as 3幢, 3号楼, 三号楼, #3 behind its compound. A town named beside or before it
/// decides between units of one name; nothing else does.
class UnitDirectory {
public:
    /// `aliases`: own names of the office, each with the code or the name of a unit. One whose unit does
    /// not exist explains nothing.
    UnitDirectory(std::vector<UnitEntry> units, const std::vector<std::pair<std::string, std::string>>& aliases = {});

    [[nodiscard]] Resolution       resolve(const NamedPlace& place) const;
    [[nodiscard]] const UnitEntry* find(std::string_view code) const;
    /// False only where it is known that the two are different ground: neither is, or lies in, the other.
    [[nodiscard]] bool             agree(const UnitEntry& a, const UnitEntry& b) const;
    /// The town in which a unit lies, itself for a town; null where the ledgers do not say.
    [[nodiscard]] const UnitEntry* town_of(const UnitEntry& unit) const;
    /// The one town whose full name stands in a title (九成宫镇走访清单), or whose bare name is the whole of it; null where none or several do.
    [[nodiscard]] const UnitEntry* town_in(std::string_view title) const;
    [[nodiscard]] bool             empty() const noexcept { return units_.empty(); }

private:
    using Rows = std::vector<std::size_t>;
    struct Query;
    std::optional<Resolution>      settle_town(const NamedPlace& place, Query& query) const;
    void                           settle_unit(const NamedPlace& place, Query& query) const;
    void                           settle_compound(const NamedPlace& place, Query& query) const;
    void                           settle_number(const NamedPlace& place, Query& query) const;
    [[nodiscard]] Resolution       finest(const NamedPlace& place, const Query& query) const;
    [[nodiscard]] Resolution       by_name(std::string_view text, const UnitEntry* town, std::optional<UnitLevel> level) const;
    [[nodiscard]] Resolution       by_key(const std::string& key, const UnitEntry* town, std::optional<UnitLevel> level) const;
    [[nodiscard]] Resolution       behind_town(const std::string& key, std::optional<UnitLevel> level) const;
    [[nodiscard]] Resolution       building_of(const Resolution& compound, std::string_view name, const std::string& number) const;
    [[nodiscard]] Resolution       close_names(const std::string& key, const UnitEntry* town) const;
    void                           index_unit(std::size_t row);
    void                           index_building(std::size_t row);

    struct KnownName {
        std::u32string stem;
        NameSuffix     suffix;
    };
    struct TownName {
        std::size_t row;
        std::string full, stem;
    };

    std::vector<UnitEntry>                       units_;
    std::vector<KnownName>                       names_;  ///< a unit
    std::vector<TownName>                        towns_;
    std::unordered_map<std::string, std::size_t> by_code_;
    std::unordered_map<std::string, Rows>        by_stem_, by_building_;
    std::unordered_map<std::string, std::string> aliases_;
};

}  // namespace gapmap
