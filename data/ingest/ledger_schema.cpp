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
        {"money", FieldType::money},     {"longitude", FieldType::longitude}, {"latitude", FieldType::latitude}};
    return types.at(name);
}

std::vector<LedgerDef> parse_definitions() {
    std::vector<LedgerDef> ledgers;
    const auto             document = nlohmann::ordered_json::parse(reference_file("ledgers.json"));
    for (const auto& [name, body] : document.items()) {
        LedgerDef ledger{name, body.at("zh"), body.at("en"), body.at("key"), body.value("lists", std::vector<std::string>{}), {}};
        for (const auto& field : body.at("fields")) {
            ledger.fields.push_back({field.at("name"), field_type(field.at("type")), field.at("zh"), field.at("en"),
                                     field.at("aliases").get<std::vector<std::string>>(), field.value("required", false),
                                     field.at("sensitivity") == "person"});
        }
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
