#include "data/ingest/unit_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "data/ingest/address.h"
#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

using Kind = Resolution::Kind;

constexpr std::array<std::string_view, 4> level_words = {"town", "village", "grid", "building"};

using Suffix = NameSuffix;

struct StemmedName {
    std::string stem;
    Suffix      suffix = Suffix::none;
};

/// The stem of a name: without the suffix of its kind. Longest suffixes first.
StemmedName stem_of(std::string_view key) {
    static constexpr std::array<std::pair<std::string_view, Suffix>, 22> suffixes = {{
        {"社区居民委员会", Suffix::community}, {"村村民委员会", Suffix::village}, {"村民委员会", Suffix::village}, {"社区居委会", Suffix::community},
        {"居民委员会", Suffix::community}, {"镇人民政府", Suffix::town}, {"乡人民政府", Suffix::town}, {"街道办事处", Suffix::town}, {"村村委会", Suffix::village},
        {"村委会", Suffix::village}, {"居委会", Suffix::community}, {"行政村", Suffix::village}, {"街道办", Suffix::town}, {"镇政府", Suffix::town},
        {"街道", Suffix::town}, {"社区", Suffix::community}, {"小区", Suffix::grid}, {"网格", Suffix::grid}, {"片区", Suffix::grid}, {"镇", Suffix::town},
        {"乡", Suffix::town}, {"村", Suffix::village}}};
    for (const auto& [text, suffix] : suffixes) {
        if (key.size() > text.size() && key.ends_with(text)) return {std::string(key.substr(0, key.size() - text.size())), suffix};
    }
    return {std::string(key), Suffix::none};
}

/// A bare name fits all kinds; a suffix only its own. What the register calls neither village nor community fits both.
bool fits(Suffix asked, UnitLevel level, Suffix own) noexcept {
    switch (asked) {
        case Suffix::none: return true;
        case Suffix::town: return level == UnitLevel::town;
        case Suffix::grid: return level == UnitLevel::grid;
        case Suffix::village: return (level == UnitLevel::village && own != Suffix::community) || (level == UnitLevel::grid && own == Suffix::village);
        case Suffix::community: return (level == UnitLevel::village && own != Suffix::village) || (level == UnitLevel::grid && own == Suffix::community);
    }
    return false;
}

std::u32string code_points(std::string_view text) {
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead  = static_cast<unsigned char>(text[at]);
        const int  width = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        char32_t   value = 0;
        for (int i = 0; i < width && at < text.size(); ++i) value = (value << 8) | static_cast<unsigned char>(text[at++]);
        out += value;
    }
    return out;
}

/// True where one character was replaced, left out or put in.
bool is_one_slip(const std::u32string& a, const std::u32string& b) noexcept {
    const auto& shorter = a.size() <= b.size() ? a : b;
    const auto& longer  = a.size() <= b.size() ? b : a;
    if (longer.size() - shorter.size() > 1 || shorter.size() < 2) return false;
    std::size_t same = 0;
    while (same < shorter.size() && shorter[same] == longer[same]) ++same;
    const std::size_t skip = longer.size() == shorter.size() ? 1 : 0;
    return same + skip <= shorter.size() && std::equal(shorter.begin() + static_cast<std::ptrdiff_t>(same + skip), shorter.end(),
                                                       longer.begin() + static_cast<std::ptrdiff_t>(same + 1), longer.end());
}

/// A unit stands in the ledger once for each span of its validity: one candidate all the same.
void add_candidate(Resolution& result, const UnitEntry& unit) {
    if (std::ranges::find(result.candidates, unit.code, &UnitEntry::code) == result.candidates.end()) result.candidates.push_back(&unit);
}

Resolution found(const UnitEntry& unit) { return {.kind = Kind::found, .unit = &unit}; }

}  // namespace

std::string_view to_string(UnitLevel level) noexcept { return level_words[static_cast<std::size_t>(level)]; }

std::optional<UnitLevel> unit_level(std::string_view name) noexcept {
    const auto found_word = std::ranges::find(level_words, name);
    if (found_word == level_words.end()) return std::nullopt;
    return static_cast<UnitLevel>(found_word - level_words.begin());
}

UnitDirectory::UnitDirectory(std::vector<UnitEntry> units, const std::vector<std::pair<std::string, std::string>>& aliases) : units_(std::move(units)) {
    for (std::size_t row = 0; row < units_.size(); ++row) by_code_.emplace(units_[row].code, row);
    for (const UnitEntry& unit : units_) {
        const StemmedName name = stem_of(match_key(unit.name));
        if (unit.level == UnitLevel::town) towns_.push_back({names_.size(), match_key(unit.name), name.stem});
        names_.push_back({code_points(name.stem), name.suffix});
    }
    for (std::size_t row = 0; row < units_.size(); ++row) index_unit(row);
    for (std::size_t row = 0; row < units_.size(); ++row) {
        if (units_[row].level == UnitLevel::building) index_building(row);
    }
    for (const auto& [name, meaning] : aliases) aliases_[match_key(name)] = meaning;
}

/// 九成宫东大街居委会 is also 东大街: the town's own name in front may be left out.
void UnitDirectory::index_unit(std::size_t row) {
    const UnitEntry&  unit = units_[row];
    const std::string stem = stem_of(match_key(unit.name)).stem;
    by_stem_[stem].push_back(row);
    const UnitEntry* town = town_of(unit);
    if (town == nullptr || town == &unit || unit.level == UnitLevel::building) return;
    const std::string town_stem = stem_of(match_key(town->name)).stem;
    if (stem.size() <= town_stem.size() || !stem.starts_with(town_stem)) return;
    // 第1网格 alone is one of many: only a name of its own stands without the town's.
    if (const std::string own = stem.substr(town_stem.size()); !own.starts_with("第") && (own.front() < '0' || own.front() > '9')) by_stem_[own].push_back(row);
}

void UnitDirectory::index_building(std::size_t row) {
    const UnitEntry& unit    = units_[row];
    const Address    own     = parse_address(unit.name);
    const auto       number  = own.building.empty() ? building_number(unit.name) : std::optional(own.building);
    if (!number) return;
    by_building_[unit.parent + '|' + *number].push_back(row);
    const std::string compound = own.village + own.compound;
    if (!compound.empty()) by_building_['|' + stem_of(compound).stem + '|' + *number].push_back(row);
}

const UnitEntry* UnitDirectory::find(std::string_view code) const {
    const auto row = by_code_.find(std::string(code));
    return row == by_code_.end() ? nullptr : &units_[row->second];
}

const UnitEntry* UnitDirectory::town_of(const UnitEntry& unit) const {
    const UnitEntry* at = &unit;
    for (int steps = 0; at != nullptr && steps < 4; ++steps) {
        if (at->level == UnitLevel::town) return at;
        at = find(at->parent.empty() ? at->village : at->parent);
    }
    return nullptr;
}

const UnitEntry* UnitDirectory::town_in(std::string_view title) const {
    const std::string key  = match_key(title);
    const UnitEntry*  only = nullptr;
    for (const TownName& town : towns_) {
        if (key != town.stem && key.find(town.full) == std::string::npos) continue;
        if (only != nullptr) return nullptr;
        only = &units_[town.row];
    }
    return only;
}

bool UnitDirectory::agree(const UnitEntry& a, const UnitEntry& b) const {
    const UnitEntry& fine   = a.level >= b.level ? a : b;
    const UnitEntry& coarse = a.level >= b.level ? b : a;
    const UnitEntry* at     = &fine;
    bool             known  = true;  // every level between is named by the ledgers
    for (int steps = 0; at != nullptr && steps < 4; ++steps) {
        if (at == &coarse || at->parent == coarse.code || at->village == coarse.code) return true;
        known = known && !(coarse.level == UnitLevel::village && at->level == UnitLevel::grid && at->village.empty());
        at    = at->parent.empty() ? nullptr : find(at->parent);
    }
    if (known && fine.level != UnitLevel::town) {
        const UnitEntry *town_a = town_of(fine), *town_b = town_of(coarse);
        return town_a == nullptr || town_b == nullptr;
    }
    const UnitEntry *town_a = town_of(fine), *town_b = town_of(coarse);
    return fine.level != coarse.level && (town_a == nullptr || town_b == nullptr || town_a == town_b);
}

/// One name without anything in front of it.
Resolution UnitDirectory::by_key(const std::string& key, const UnitEntry* town, std::optional<UnitLevel> level) const {
    const StemmedName asked = stem_of(key);
    Resolution        result{.kind = Kind::unknown};
    for (const std::string& stem : {asked.stem, key}) {
        const auto rows = by_stem_.find(stem);
        if (rows == by_stem_.end()) continue;
        for (const std::size_t row : rows->second) {
            const UnitEntry& unit = units_[row];
            const Suffix     own  = names_[row].suffix;
            if (level && unit.level != *level) continue;
            if (!fits(stem == key ? Suffix::none : asked.suffix, unit.level, own)) continue;
            if (town != nullptr && (town_of(unit) != town || (&unit == town && level != UnitLevel::town))) continue;
            add_candidate(result, unit);
        }
        if (!result.candidates.empty()) break;
    }
    // A compound may be named after the village that it lies in: the bare name is the village's.
    const auto is_ground = [](const UnitEntry* unit) { return unit->level <= UnitLevel::village; };
    if (!level && std::ranges::any_of(result.candidates, is_ground)) std::erase_if(result.candidates, std::not_fn(is_ground));
    if (result.candidates.size() == 1) return found(*result.candidates.front());
    if (!result.candidates.empty()) result.kind = Kind::ambiguous;
    return result;
}

/// 九成宫镇栗川村, 九成宫栗川村: a town's name in front.
Resolution UnitDirectory::behind_town(const std::string& key, std::optional<UnitLevel> level) const {
    for (const TownName& town : towns_) {
        for (const std::string& head : {town.full, town.stem}) {
            if (key.size() <= head.size() || !key.starts_with(head)) continue;
            Resolution inside = by_key(key.substr(head.size()), &units_[town.row], level);
            if (inside.kind != Kind::unknown) return inside;
        }
    }
    return {.kind = Kind::unknown};
}

/// Names that differ by their suffix alone or by one character, in this town if one is named: for the message.
Resolution UnitDirectory::close_names(const std::string& key, const UnitEntry* town) const {
    Resolution           result{.kind = Kind::unknown};
    const std::u32string asked = code_points(stem_of(key).stem);
    if (const auto same = by_stem_.find(stem_of(key).stem); same != by_stem_.end()) {
        for (const std::size_t row : same->second) {
            if (town == nullptr || town_of(units_[row]) == town) add_candidate(result, units_[row]);
        }
    }
    for (std::size_t row = 0; row < units_.size() && result.candidates.size() < 3; ++row) {
        const UnitEntry& unit = units_[row];
        if (unit.level == UnitLevel::building || !is_one_slip(asked, names_[row].stem)) continue;
        if (town == nullptr || town_of(unit) == town) add_candidate(result, unit);
    }
    return result;
}

Resolution UnitDirectory::by_name(std::string_view text, const UnitEntry* town, std::optional<UnitLevel> level) const {
    std::string key = match_key(text);
    if (const auto alias = aliases_.find(key); alias != aliases_.end()) {
        if (const UnitEntry* unit = find(alias->second)) return found(*unit);
        key = match_key(alias->second);
    }
    if (const UnitEntry* unit = find(key)) return found(*unit);  // a code where a name is expected
    Resolution result = by_key(key, town, level);
    if (result.kind != Kind::unknown) return result;
    if (const auto county = key.find("县"); county != std::string::npos && county > 0 && county <= 12 && county + 3 < key.size()) {
        key = key.substr(county + 3);
        if (Resolution inside = by_key(key, town, level); inside.kind != Kind::unknown) return inside;
    }
    result = behind_town(key, level);
    if (result.kind == Kind::unknown) return close_names(key, town);
    // The name brings a town of its own: it must be the one that stands beside it.
    if (town != nullptr && result.unit != nullptr && town_of(*result.unit) != town) {
        return {.kind = Kind::ambiguous, .candidates = {town, result.unit}};
    }
    return result;
}

/// The building of a compound that was found, or that is known by its buildings' names only.
Resolution UnitDirectory::building_of(const Resolution& compound, std::string_view name, const std::string& number) const {
    std::string key;
    if (compound.kind == Kind::found) key = compound.unit->code + '|' + number;
    auto rows = by_building_.find(key);
    if (rows == by_building_.end() && compound.kind != Kind::ambiguous) rows = by_building_.find('|' + stem_of(match_key(name)).stem + '|' + number);
    if (rows == by_building_.end()) {
        Resolution result = compound;
        if (result.kind == Kind::found) {
            result.note = {fmt::format("楼栋台账中没有 {} 号楼", number), fmt::format("no ledger has a building {} there", number)};
        }
        return result;
    }
    Resolution result{.kind = Kind::ambiguous};
    for (const std::size_t row : rows->second) add_candidate(result, units_[row]);
    return result.candidates.size() == 1 ? found(*result.candidates.front()) : result;
}

/// The parts of a place on the way from words to units.
struct UnitDirectory::Query {
    const UnitEntry*           town = nullptr;
    Address                    address{};
    Resolution                 unit{}, grid{};
    std::string                compound{};
    std::optional<std::string> number{};
    std::string                around{};  ///< the name before the building's number
};

/// Two names of towns that differ: nothing decides between them.
std::optional<Resolution> UnitDirectory::settle_town(const NamedPlace& place, Query& query) const {
    if (!place.town.empty()) {
        Resolution named = by_name(place.town, nullptr, UnitLevel::town);
        if (named.kind != Kind::found) return named;
        query.town = named.unit;
    }
    query.address = parse_address(place.address);
    if (query.address.town.empty()) return std::nullopt;
    const Resolution named = by_name(query.address.town, nullptr, UnitLevel::town);
    if (named.kind != Kind::found) return std::nullopt;
    if (query.town != nullptr && named.unit != query.town) return Resolution{.kind = Kind::ambiguous, .candidates = {query.town, named.unit}};
    query.town = named.unit;
    return std::nullopt;
}

/// The unit by its own column; where that holds an address, as one.
void UnitDirectory::settle_unit(const NamedPlace& place, Query& query) const {
    if (!place.unit.empty()) query.unit = by_name(place.unit, query.town, std::nullopt);
    if (query.unit.kind == Kind::unknown && query.unit.candidates.empty()) {
        const Address inside = parse_address(place.unit);
        if (!inside.building.empty() || !inside.group.empty() || !inside.house.empty() || !inside.room.empty()) {
            query.unit    = {};
            query.address = inside;
            if (const auto town = by_name(inside.town, nullptr, UnitLevel::town); town.kind == Kind::found && query.town == nullptr) query.town = town.unit;
        }
    }
    if (query.unit.kind == Kind::nothing && !query.address.village.empty()) query.unit = by_name(query.address.village, query.town, std::nullopt);
}

void UnitDirectory::settle_compound(const NamedPlace& place, Query& query) const {
    query.compound = place.grid.empty() ? query.address.compound : std::string(place.grid);
    query.around   = query.compound;
    if (query.compound.empty()) {
        const bool is_grid = query.unit.kind == Kind::found && query.unit.unit->level == UnitLevel::grid;
        query.around       = is_grid ? query.unit.unit->name : query.address.village;
        if (is_grid) query.grid = query.unit;
        return;
    }
    const UnitEntry* village = query.unit.kind == Kind::found && query.unit.unit->level == UnitLevel::village ? query.unit.unit : nullptr;
    if (village != nullptr) {
        // 东大街社区 第1网格 is 东大街第1网格.
        for (const std::string& head : {stem_of(match_key(village->name)).stem, village->name}) {
            query.grid = by_name(head + query.compound, query.town, UnitLevel::grid);
            if (query.grid.kind == Kind::found && agree(*query.grid.unit, *village)) return;
        }
    }
    query.grid = by_name(query.compound, query.town, UnitLevel::grid);
    if (village == nullptr) return;
    // The village named beside it decides. A compound elsewhere is not the one that is meant.
    if (query.grid.kind == Kind::found && !agree(*query.grid.unit, *village)) {
        query.grid = {.kind = Kind::ambiguous, .candidates = {village, query.grid.unit}};
    } else if (query.grid.kind == Kind::ambiguous) {
        std::erase_if(query.grid.candidates, [&](const UnitEntry* candidate) { return !agree(*candidate, *village); });
        if (query.grid.candidates.size() == 1) query.grid = found(*query.grid.candidates.front());
    }
}

void UnitDirectory::settle_number(const NamedPlace& place, Query& query) const {
    if (!place.building.empty()) query.number = building_number(place.building);
    if (!query.number && !place.building.empty()) {
        const Address written = parse_address(place.building);
        if (!written.building.empty()) query.number = written.building;
        if (const std::string own = written.village + written.compound; query.number && !own.empty()) {
            query.around = own;
            if (query.grid.kind != Kind::found) query.grid = by_name(own, query.town, UnitLevel::grid);
        }
    }
    if (!query.number && !query.address.building.empty()) query.number = query.address.building;
}

Resolution UnitDirectory::resolve(const NamedPlace& place) const {
    Query query;
    if (auto wrong = settle_town(place, query)) return *wrong;
    settle_unit(place, query);
    settle_compound(place, query);
    settle_number(place, query);
    return finest(place, query);
}

/// Building before compound before village before town. A name in a column of its own that nothing explains is not passed over.
Resolution UnitDirectory::finest(const NamedPlace& place, const Query& query) const {
    Resolution best = query.unit;
    if (query.grid.kind == Kind::found || (query.grid.kind != Kind::nothing && !place.grid.empty() && best.kind != Kind::found)) best = query.grid;
    if (query.grid.kind == Kind::ambiguous && !place.grid.empty()) best = query.grid;
    if (query.number) {
        const bool       in_unit  = query.grid.kind == Kind::nothing && query.unit.kind == Kind::found;
        const Resolution building = building_of(in_unit ? query.unit : query.grid, query.around, *query.number);
        const bool       finer    = building.kind == Kind::found && (best.kind != Kind::found || building.unit->level >= best.unit->level);
        if (finer || (building.kind == Kind::ambiguous && best.kind != Kind::found)) best = building;
    }
    const bool by_column = !place.unit.empty() || !place.grid.empty();
    if (best.kind == Kind::nothing && !query.compound.empty()) best = by_name(query.compound, query.town, std::nullopt);
    if (best.kind == Kind::nothing && query.town != nullptr) return found(*query.town);
    if (best.kind == Kind::unknown && !by_column && query.town != nullptr) {
        best.kind = Kind::found;
        best.unit = query.town;
        best.note = {"镇以下的地名不认识", "the names below the town are not known"};
    }
    return best;
}

}  // namespace gapmap
