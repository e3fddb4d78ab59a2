#include "data/ingest/ledger_schema.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "data/reference.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

FieldType field_type(const std::string& name) {
    static const std::map<std::string, FieldType> types = {
        {"code", FieldType::code},       {"text", FieldType::text},           {"date", FieldType::date},
        {"time", FieldType::time},       {"integer", FieldType::integer},     {"number", FieldType::number},
        {"money", FieldType::money},     {"longitude", FieldType::longitude}, {"latitude", FieldType::latitude},
        {"position", FieldType::position}, {"yes_no", FieldType::yes_no}};
    return types.at(name);
}

FieldDef parse_field(const nlohmann::ordered_json& field) {
    FieldDef def{field.at("name"), field_type(field.at("type")), field.at("zh"), field.at("en"), field.at("aliases").get<std::vector<std::string>>()};
    def.wanted         = field.value("required", false);
    def.otherwise      = field.value("otherwise", std::vector<std::string>{});
    def.setting        = field.value("setting", "");
    def.required       = def.wanted && def.otherwise.empty() && def.setting.empty();
    def.personal       = field.at("sensitivity") == "person";
    def.stored         = field.value("stored", true);
    def.none_is_value  = field.value("none_is_value", false);
    def.open_end       = field.value("open_end", false);
    def.may_be_several = field.value("may_be_several", false);
    def.first_year     = field.value("first_year", 1990);
    return def;
}

std::vector<LedgerDef> parse_definitions() {
    std::vector<LedgerDef> ledgers;
    const auto             document = nlohmann::ordered_json::parse(reference_file("ledgers.json"));
    for (const auto& [name, body] : document.items()) {
        LedgerDef ledger{name, body.at("zh"), body.at("en"), body.at("key"), body.value("lists", std::vector<std::string>{}), {}};
        for (const auto& field : body.at("fields")) ledger.fields.push_back(parse_field(field));
        ledgers.push_back(std::move(ledger));
    }
    return ledgers;
}

}  // namespace

std::optional<std::size_t> LedgerDef::index_of(std::string_view field) const noexcept {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == field) return i;
    }
    return std::nullopt;
}

const std::vector<LedgerDef>& ledger_definitions() {
    static const std::vector<LedgerDef> definitions = parse_definitions();
    return definitions;
}

const LedgerDef& ledger_definition(std::string_view name) {
    std::string names;
    for (const LedgerDef& ledger : ledger_definitions()) {
        if (ledger.name == name) return ledger;
        names += (names.empty() ? "" : ", ") + ledger.name;
    }
    throw InputError(fmt::format("there is no ledger '{}'; there are: {}", name, names));
}

}  // namespace gapmap
