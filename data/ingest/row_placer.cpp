#include "data/ingest/row_placer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/ingest/unit_directory.h"
#include "data/ingest/unit_shapes.h"
#include "data/ingest/words.h"

namespace gapmap {
namespace {

constexpr double      not_a_coordinate = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_remembered  = 100'000;

using Kind = Resolution::Kind;

std::string listed(const std::vector<const UnitEntry*>& units) {
    std::string text;
    for (std::size_t i = 0; i < units.size() && i < 6; ++i) text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", units[i]->name, units[i]->code);
    if (units.size() > 6) text += ", ...";
    return text;
}

std::string_view text_of(const TypedRow& row, std::optional<std::size_t> field) {
    return field && row.slots[*field].present ? std::string_view(row.slots[*field].text) : std::string_view();
}

}  // namespace

RowPlacer::RowPlacer(const SourceSpec& spec, const LedgerDef& ledger, ImportReference& reference, const HeaderMatch& header, const std::string& crs)
    : spec_(spec), ledger_(ledger), reference_(reference), header_(header), units_(reference.unit_codes), known_households_(reference.household_codes),
      positions_(crs, reference.county), lon_(ledger.index_of("lon")), lat_(ledger.index_of("lat")), date_(ledger.index_of("date")),
      outcome_(ledger.index_of("outcome")), role_(ledger.index_of("location_role")), town_name_(ledger.index_of("town_name")),
      unit_name_(ledger.index_of("unit_name")), grid_name_(ledger.index_of("grid_name")), building_name_(ledger.index_of("building_name")),
      address_(ledger.index_of("address")), parent_name_(ledger.index_of("parent_name")) {
    for (const char* name : {"unit_code", "parent_code", "village_code", "grid_code", "building_code"}) {
        if (const auto field = ledger.index_of(name)) unit_fields_.push_back(*field);
    }
    if (!ledger.key.empty()) key_ = ledger.index_of(ledger.key);
    if (ledger.name == "bases") base_kind_ = ledger.index_of("kind");
    if (ledger.name == "units") valid_from_ = ledger.index_of("valid_from");
    if (ledger.name != "households") household_ = ledger.index_of("household_code");
    // The registers of people and apps name their unit in the column of its name.
    if (!unit_name_ && (ledger.name == "people_at_risk" || ledger.name == "apps")) unit_name_ = ledger.index_of("name");
    for (const auto& field : {town_name_, unit_name_, grid_name_, building_name_, address_, parent_name_}) names_ |= field && header.columns[*field];
    names_ = names_ && reference.units && !reference.units->empty();
}

void RowPlacer::place(TypedRow& row) {
    location_    = {not_a_coordinate, not_a_coordinate};
    differs_     = false;
    words_level_ = {};
    duplicate_   = false;
    outside_m_   = 0;
    households_.clear();
    say_setting(row);
    check_unit_codes(row);
    if (!row.held_back && names_) place_by_name(row);
    if (!row.held_back) require_unit(row);
    if (!row.held_back) locate(row);
    if (!row.held_back) check_household(row);
    if (!row.held_back) note_words(row);
    if (!row.held_back && base_kind_) check_base_kind(row);
    if (!row.held_back) check_key(row);
}

/// What county.toml says for the whole file stands in for an empty cell.
void RowPlacer::say_setting(TypedRow& row) const {
    if (!role_ || row.slots[*role_].present) return;
    if (spec_.location_role.empty()) {
        return row.hold(header_of(*role_), "missing", "缺少必填的值；整张表相同时可在 county.toml 的该来源写 location_role",
                        "a required value is missing; if it is the same for the whole file, set location_role for this source in county.toml");
    }
    row.slots[*role_].present = true;
    row.slots[*role_].text    = spec_.location_role;
}

void RowPlacer::check_unit_codes(TypedRow& row) {
    if (!reference_.checks_units) return;
    for (const std::size_t f : unit_fields_) {
        auto& slot = row.slots[f];
        if (!slot.present || units_.has(slot.text)) continue;
        if (spec_.ledger == "units" && spec_.list == "town") continue;  // the county above the towns is not a row
        if (base_kind_ && is_whole_county(slot.text, spec_.county_code, spec_.county_name)) continue;  // a base may be the county's
        if (auto meant = units_.meant_by(slot.text)) {
            row.repair(header_of(f), "code_mended", fmt::format("编码 '{}' 按已知的 '{}' 读取", slot.text, *meant), fmt::format("the code '{}' is read as the known '{}'", slot.text, *meant));
            slot.text = std::move(*meant);
            continue;
        }
        row.hold(header_of(f), "unknown_unit", fmt::format("没有编码为 '{}' 的单元", slot.text), fmt::format("there is no unit with the code '{}'", slot.text));
    }
}

const Resolution& RowPlacer::resolve(const NamedPlace& place) {
    std::string key;
    for (const std::string_view part : {place.town, place.unit, place.grid, place.building, place.address}) key.append(part).push_back('\x1F');
    if (const auto known = resolved_.find(key); known != resolved_.end()) return known->second;
    if (resolved_.size() >= most_remembered) resolved_.clear();
    return resolved_.emplace(std::move(key), reference_.units->resolve(place)).first->second;
}

/// The finest unit that the row's codes name.
const UnitEntry* RowPlacer::unit_by_code(const TypedRow& row) const {
    const UnitEntry* finest = nullptr;
    for (const std::size_t f : unit_fields_) {
        const UnitEntry* unit = row.slots[f].present ? reference_.units->find(row.slots[f].text) : nullptr;
        if (unit != nullptr && (finest == nullptr || unit->level > finest->level)) finest = unit;
    }
    return finest;
}

void RowPlacer::place_by_name(TypedRow& row) {
    if (household_ && row.slots[*household_].present) return;  // its household says where it was
    if (base_kind_ && is_whole_county(text_of(row, unit_name_), spec_.county_code, spec_.county_name)) return;
    NamedPlace place{text_of(row, town_name_), text_of(row, unit_name_), text_of(row, grid_name_), text_of(row, building_name_), text_of(row, address_)};
    if (parent_name_) {
        // A village lies in a town, a building in a compound; a grid may be named under either.
        (spec_.list == "village" ? place.town : spec_.list == "building" ? place.grid : place.unit) = text_of(row, parent_name_);
    }
    const Resolution& named = resolve(place);
    if (named.kind == Kind::nothing) return;
    std::size_t name_field = 0;
    for (const auto& field : {town_name_, address_, building_name_, grid_name_, parent_name_, unit_name_}) {
        if (field && row.slots[*field].present) name_field = *field;
    }
    if (unit_by_code(row) != nullptr) return compare_with_code(row, named, name_field);
    if (named.kind == Kind::found) return take_named(row, named, name_field);
    // A position of its own places the row, too; and a row with nothing but a free address still counts, without a place.
    const bool has_position = lon_ && row.slots[*lon_].present;
    const bool only_address = name_field == address_ && !(town_name_ && row.slots[*town_name_].present);
    if (has_position) return row.note(header_of(name_field), "unknown_name", "地名不能确定：按坐标定位", "the place's name is not certain: the row is placed by its position");
    if (!only_address && is_elsewhere(row, place, named, name_field)) return;
    if (!only_address) return refuse_name(row, named, name_field);
    row.note(header_of(name_field), "unlocated", "按地址不能确定是哪个单元：此行没有位置", "the address does not say which unit it is: the row has no place");
}

std::optional<std::size_t> RowPlacer::code_field_for(const UnitEntry& unit) const {
    if (const auto field = ledger_.index_of("unit_code")) return field;
    if (const auto field = ledger_.index_of("parent_code")) return field;
    switch (unit.level) {
        case UnitLevel::building: return ledger_.index_of("building_code");
        case UnitLevel::grid: return ledger_.index_of("grid_code");
        case UnitLevel::village: return ledger_.index_of("village_code");
        case UnitLevel::town: return std::nullopt;  // a household needs more than its town
    }
    return std::nullopt;
}

void RowPlacer::take_named(TypedRow& row, const Resolution& named, std::size_t name_field) {
    const auto field = code_field_for(*named.unit);
    if (!field) {
        return row.note(header_of(name_field), "only_town", "只能确定到镇", "only the town is certain");
    }
    row.slots[*field].present = true;
    row.slots[*field].text    = named.unit->code;
    words_level_              = to_string(named.unit->level);
    Note how{fmt::format("按名称定位到 {}（{}）", named.unit->name, named.unit->code), fmt::format("placed by name at {} ({})", named.unit->name, named.unit->code)};
    how.add(named.note);
    row.repair(header_of(name_field), "placed_by_name", std::move(how.zh), std::move(how.en));
}

/// Join on the code and check the name. Where they disagree, neither is chosen.
void RowPlacer::compare_with_code(TypedRow& row, const Resolution& named, std::size_t name_field) const {
    const UnitEntry& coded = *unit_by_code(row);
    if (named.kind == Kind::unknown) {
        return row.note(header_of(name_field), "unknown_name", fmt::format("名称不认识；按编码定位到 {}", coded.name), fmt::format("the name is not known; the code places the row at {}", coded.name));
    }
    const bool agrees = named.kind == Kind::found ? reference_.units->agree(coded, *named.unit)
                                                  : std::ranges::any_of(named.candidates, [&](const UnitEntry* unit) { return reference_.units->agree(coded, *unit); });
    if (agrees) return;
    const UnitEntry& by_name = named.unit != nullptr ? *named.unit : *named.candidates.front();
    row.hold(header_of(name_field), "code_name_disagree", fmt::format("编码 {} 是 {}，名称却是 {}（{}）：请核对", coded.code, coded.name, by_name.name, by_name.code),
             fmt::format("the code {} is {}, but the name says {} ({}): one of them is wrong", coded.code, coded.name, by_name.name, by_name.code));
}

/// A village under another town's name: it exists, and not there. Neither is chosen.
bool RowPlacer::is_elsewhere(TypedRow& row, NamedPlace place, const Resolution& named, std::size_t name_field) {
    if (named.kind != Kind::unknown || place.town.empty()) return false;
    const std::string town(place.town);
    place.town = {};
    const Resolution& anywhere = resolve(place);
    if (anywhere.kind != Kind::found) return false;
    const UnitEntry* own = reference_.units->town_of(*anywhere.unit);
    if (own == nullptr) return false;
    row.hold(header_of(name_field), "other_town", fmt::format("{}（{}）属于{}，而本行写的镇是“{}”：请核对", anywhere.unit->name, anywhere.unit->code, own->name, town),
             fmt::format("{} ({}) lies in {}, but the row says '{}': one of them is wrong", anywhere.unit->name, anywhere.unit->code, own->name, town));
    return true;
}

void RowPlacer::refuse_name(TypedRow& row, const Resolution& named, std::size_t name_field) const {
    const FieldDef&   field = ledger_.fields[name_field];
    const std::string zh    = field.personal ? "“此处所写”" : "'" + row.slots[name_field].text + "'";
    const std::string en    = field.personal ? "what is written here" : "'" + row.slots[name_field].text + "'";
    if (named.kind == Kind::ambiguous) {
        return row.hold(header_of(name_field), "ambiguous_name", fmt::format("{} 可能是：{}；请写明镇或编码", zh, listed(named.candidates)),
                        fmt::format("{} may be {}: name the town, or give the code", en, listed(named.candidates)));
    }
    const std::string near_zh = named.candidates.empty() ? "" : "；是不是 " + listed(named.candidates) + "？";
    const std::string near_en = named.candidates.empty() ? "" : "; is it " + listed(named.candidates) + "?";
    row.hold(header_of(name_field), "unknown_name", fmt::format("没有名为 {} 的单元{}", zh, near_zh), fmt::format("there is no unit named {}{}", en, near_en));
}

/// A unit that the ledger must name: by code, or by what stands in for it.
void RowPlacer::require_unit(TypedRow& row) const {
    if (!reference_.checks_units || (household_ && row.slots[*household_].present)) return;  // a row lies where its household lies
    for (const std::size_t f : unit_fields_) {
        if (!ledger_.fields[f].wanted || row.slots[f].present) continue;
        row.hold(header_of(f), "missing", "缺少单元编码，也没有能确定单元的名称", "the unit's code is missing, and no name says which unit it is");
    }
}

void RowPlacer::check_household(TypedRow& row) {
    if (!household_ || !reference_.checks_units || !row.slots[*household_].present || known_households_.has(row.slots[*household_].text)) return;
    auto& slot = row.slots[*household_];
    if (auto meant = known_households_.meant_by(slot.text)) {
        row.repair(header_of(*household_), "code_mended", "户编号按户册中唯一对应的编号读取", "the household's code is read as the only one in the register that it can be");
        slot.text = std::move(*meant);
        return;
    }
    if (ledger_.fields[*household_].may_be_several) split_households(row, *household_);
    if (households_.size() > 1 || row.held_back) return;
    row.hold(header_of(*household_), "unknown_household", "户册中无此户", "there is no such household in the register");
}

/// "H001、H002": one row of the file, a row of the store for each household, if the register has them all.
void RowPlacer::split_households(TypedRow& row, std::size_t f) {
    std::string part;
    bool        all_known = true;
    const auto  end_part  = [&] {
        if (part.empty()) return;
        all_known = all_known && known_households_.has(part);
        if (std::ranges::find(households_, part) == households_.end()) households_.push_back(part);
        part.clear();
    };
    const std::string& text = row.slots[f].text;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.compare(at, 3, "、") == 0) {
            end_part();
            at += 2;
        } else if (text[at] == ',' || text[at] == ';' || text[at] == ' ' || text[at] == '/') {
            end_part();
        } else {
            part += text[at];
        }
    }
    end_part();
    if (households_.size() < 2) return;
    if (all_known) {
        return row.repair(header_of(f), "split", fmt::format("一格中有 {} 户：每户记一次", households_.size()), fmt::format("{} households in one cell: recorded once for each", households_.size()));
    }
    households_.clear();
    row.hold(header_of(f), "several_values", "一个单元格里有多个户编号，其中有的不在户册中：请拆成多行并核对",
             "several households stand in one cell, and the register does not have all of them: give each its own row");
}

/// Words that no list explains, and dates that are still to come.
void RowPlacer::note_words(TypedRow& row) const {
    if (role_ && location_role_of(row.slots[*role_].text) == LocationRole::unsaid) {
        row.note(header_of(*role_), "unknown_word", fmt::format("不认识的地点性质 '{}'：按不详计", row.slots[*role_].text), fmt::format("location role '{}' is not known: counted as unknown", row.slots[*role_].text));
    }
    if (date_ && spec_.as_of && row.slots[*date_].present && row.slots[*date_].integer > spec_.as_of->days) {
        row.note(header_of(*date_), "future", fmt::format("日期在统计截止日 {} 之后", to_string(*spec_.as_of)), fmt::format("the date lies after the as-of day {}", to_string(*spec_.as_of)));
    }
}

/// Members and targets are read differently over 100 %, so that no word is guessed at.
void RowPlacer::check_base_kind(TypedRow& row) const {
    const std::string_view kind = text_of(row, base_kind_);
    if (kind.empty()) return;
    const auto population = ledger_.index_of("population");
    if (base_word_of(kind) == BaseWord::members && base_population_of(text_of(row, population)) == BasePopulation::target) {
        return row.hold(header_of(*base_kind_), "kind_disagrees", "口径是任务数，类别却是现有", "the population is a target, but the kind says that it exists");
    }
    if (base_word_of(kind) != BaseWord::unsaid) return;
    row.hold(header_of(*base_kind_), "unknown_word", fmt::format("类别应为“现有”或“目标”，现为 '{}'", kind), fmt::format("expected 现有 (members) or 目标 (target), found '{}'", kind));
}

std::optional<Day> RowPlacer::valid_from_of(const TypedRow& row) const {
    if (!row.slots[*valid_from_].present) return std::nullopt;
    return Day{static_cast<std::int32_t>(row.slots[*valid_from_].integer)};
}

void RowPlacer::check_key(TypedRow& row) {
    if (!key_ || !row.slots[*key_].present) return;
    const std::string& key = row.slots[*key_].text;
    unique_key_            = valid_from_ ? unit_key(key, valid_from_of(row)) : key;
    if (!reference_.keys.insert(unique_key_)) {
        duplicate_ = true;
        return row.hold(header_of(*key_), "duplicate", "编号与另一行重复：保留日期较早的那一行（同日取填写更完整的，再按内容排序取靠前的）",
                        "this key also stands in another row: the earlier one is kept (of the same day the one that fills in more, then the first by its values)");
    }
    if (spec_.ledger == "units") reference_.unit_codes.insert(key);
    if (spec_.ledger == "households") reference_.household_codes.insert(key);
}

std::string RowPlacer::header_of(std::size_t field) const {
    const auto column = header_.columns[field];
    return column ? header_.headers[*column] : ledger_.fields[field].zh;
}

}  // namespace gapmap
