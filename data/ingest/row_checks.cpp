#include "data/ingest/row_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gapmap {
namespace {

constexpr std::int32_t long_ago_days      = 3653;  // ten years: older rows are of another campaign, or a digit was mistyped
constexpr double       most_yuan          = 1e8;   // more than the county lost in all its years
constexpr double       most_under_wan     = 1e7;   // more than 1000 万元 where the header multiplies by 10,000: probably yuan

/// The day that a row's date is set against.
std::optional<Day> day_of_source(const SourceSpec& spec) {
    if (spec.as_of) return spec.as_of;
    if (spec.dates.period_start) return spec.dates.period_start;
    return spec.dates.year ? std::optional(Day::of(*spec.dates.year, 1, 1)) : std::nullopt;
}

const UnitEntry* town_named(const ImportReference& reference, const std::vector<std::string>& titles) {
    if (!reference.units) return nullptr;
    const UnitEntry* town = nullptr;
    for (const std::string& title : titles) {
        const UnitEntry* here = reference.units->town_in(title);
        if (here == nullptr || here == town) continue;
        if (town != nullptr) return nullptr;  // two towns: the sheet is about neither alone
        town = here;
    }
    return town;
}

}  // namespace

RowChecks::RowChecks(const SourceSpec& spec, const LedgerDef& ledger, const HeaderMatch& header, const ImportReference& reference, const std::vector<std::string>& titles)
    : ledger_(ledger), header_(header), reference_(reference), date_(ledger.index_of("date")), loss_(ledger.index_of("loss_yuan")), reference_day_(day_of_source(spec)),
      town_(town_named(reference, titles)), needs_place_(ledger.name == "visits" || ledger.name == "cases" || ledger.name == "events" || ledger.name == "households") {
    const auto add_pair = [&](std::vector<Pair>& pairs, const char* part, const char* whole) {
        const auto a = ledger.index_of(part), b = ledger.index_of(whole);
        if (a && b) pairs.push_back({*a, *b});
    };
    add_pair(parts_, "people_at_risk", ledger.name == "households" ? "people" : "population");
    add_pair(parts_, "real_name", "installed");
    add_pair(spans_, "closed", "opened");
    add_pair(spans_, "valid_to", "valid_from");
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        if (ledger.fields[f].type == FieldType::money) money_.push_back(f);
    }
    for (const char* name : {"building_code", "grid_code", "unit_code", "village_code", "parent_code"}) {
        if (const auto field = ledger.index_of(name)) units_.push_back(*field);
    }
    places_ = units_;
    if (ledger.name != "households") {
        if (const auto household = ledger.index_of("household_code")) places_.push_back(*household);
    }
    for (const char* name : {"unit_name", "grid_name", "building_name", "address", "town_name"}) {
        if (const auto field = ledger.index_of(name)) places_.push_back(*field);
    }
}

void RowChecks::check(TypedRow& row, bool has_position) {
    check_parts(row);
    check_days(row);
    check_amounts(row);
    check_units(row);
    count_placeless(row, has_position);
}

void RowChecks::check_parts(TypedRow& row) const {
    for (const auto& [part, whole] : parts_) {
        if (!has(row, part) || !has(row, whole) || row.slots[part].integer <= row.slots[whole].integer) continue;
        row.note(header_of(part), "part_exceeds_whole", fmt::format("{} {} 多于“{}” {}：其中之一有误", ledger_.fields[part].zh, row.slots[part].integer, ledger_.fields[whole].zh, row.slots[whole].integer),
                 fmt::format("{} is more than '{}' {}: one of them is wrong", row.slots[part].integer, ledger_.fields[whole].en, row.slots[whole].integer));
    }
}

void RowChecks::check_days(TypedRow& row) const {
    for (const auto& [end, start] : spans_) {
        if (!has(row, end) || !has(row, start) || row.slots[end].integer >= row.slots[start].integer) continue;
        row.note(header_of(end), "ends_before_start", fmt::format("早于“{}”：其中之一有误", ledger_.fields[start].zh), fmt::format("lies before '{}': one of them is wrong", ledger_.fields[start].en));
    }
    if (!reference_day_ || !has(row, date_) || row.slots[*date_].integer >= reference_day_->days - long_ago_days) return;
    row.note(header_of(*date_), "far_past", fmt::format("日期比 {} 早十年以上：年份多半有误", to_string(*reference_day_)),
             fmt::format("the date lies more than ten years before {}: its year is probably wrong", to_string(*reference_day_)));
}

void RowChecks::check_amounts(TypedRow& row) const {
    for (const std::size_t f : money_) {
        if (!has(row, f)) continue;
        const double yuan     = row.slots[f].number;
        const bool   own_unit = row.slots[f].text.find("元") != std::string::npos;
        if (yuan >= most_yuan || (yuan >= most_under_wan && header_.scale[f] >= 1e4 && !own_unit)) {
            row.note(header_of(f), "implausible_amount", fmt::format("折合 {:.0f} 万元，数额过大：表头的单位是否写错？", yuan / 1e4),
                     fmt::format("comes to {:.0f} yuan, which is not likely: is the unit in the header right?", yuan));
        }
        if (!loss_ || f == *loss_ || !has(row, loss_) || yuan <= row.slots[*loss_].number) continue;
        row.note(header_of(f), "exceeds_loss", fmt::format("多于“{}”：请核对金额和单位", ledger_.fields[*loss_].zh), fmt::format("is more than '{}': check the amounts and their units", ledger_.fields[*loss_].en));
    }
}

/// Codes of one row that name different ground, and a unit of another town than the one that the sheet is about.
void RowChecks::check_units(TypedRow& row) const {
    if (!reference_.units) return;
    const UnitEntry* finest = nullptr;
    std::size_t      fine_field = 0;
    for (const std::size_t f : units_) {
        const UnitEntry* unit = has(row, f) ? reference_.units->find(row.slots[f].text) : nullptr;
        if (unit == nullptr) continue;
        if (finest != nullptr && !reference_.units->agree(*finest, *unit)) {
            row.note(header_of(f), "codes_disagree", fmt::format("{}（{}）与本行的 {}（{}）不在一处：其中之一有误", unit->name, unit->code, finest->name, finest->code),
                     fmt::format("{} ({}) is other ground than {} ({}), which the row names as well: one of them is wrong", unit->name, unit->code, finest->name, finest->code));
        }
        if (finest != nullptr) continue;
        finest     = unit;
        fine_field = f;
    }
    if (town_ == nullptr || finest == nullptr) return;
    const UnitEntry* town = reference_.units->town_of(*finest);
    if (town == nullptr || town == town_) return;
    row.note(header_of(fine_field), "other_town", fmt::format("{} 属于{}，而这张表是{}的", finest->name, town->name, town_->name), fmt::format("{} lies in {}, but the sheet is of {}", finest->name, town->name, town_->name));
}

void RowChecks::count_placeless(const TypedRow& row, bool has_position) {
    if (!needs_place_ || has_position || std::ranges::any_of(places_, [&](std::size_t f) { return row.slots[f].present; })) return;
    if (placeless_++ == 0) first_placeless_ = row.number;
}

std::vector<Issue> RowChecks::finish() const {
    if (placeless_ == 0) return {};
    return {{first_placeless_, "", Fate::noted, "no_place", fmt::format("没有任何地点（编码、坐标、户编号、地名均无）的行共 {} 行：只计入全县，不计入任何单元", placeless_),
             fmt::format("rows that name no place at all (no code, position, household or name): {}; they count for the county and for no unit", placeless_)}};
}

std::string RowChecks::header_of(std::size_t field) const {
    const auto column = header_.columns[field];
    return column ? header_.headers[*column] : ledger_.fields[field].zh;
}

}  // namespace gapmap
