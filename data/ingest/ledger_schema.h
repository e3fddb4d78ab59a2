#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gapmap {

enum class FieldType { code, text, date, time, integer, number, money, longitude, latitude };

/// One field of a ledger, from data/reference/ledgers.json.
struct FieldDef {
    std::string              name;      ///< the column in the store and in results
    FieldType                type = FieldType::text;
    std::string              zh, en;    ///< header in the templates
    std::vector<std::string> aliases;   ///< other headers that mean this field
    bool                     required = false;
    bool                     personal = true;  ///< quoted in messages only where false
};

/// One kind of ledger.
struct LedgerDef {
    std::string              name;
    std::string              zh, en;
    std::string              key;    ///< the field whose values must be unique; empty where there is none
    std::vector<std::string> lists;  ///< names of the parallel lists (visits), else empty
    std::vector<FieldDef>    fields;

    [[nodiscard]] std::optional<std::size_t> index_of(std::string_view field) const noexcept;
};

/// All ledgers, parsed once.
[[nodiscard]] const std::vector<LedgerDef>& ledger_definitions();

/// Throws InputError naming the ledgers there are.
[[nodiscard]] const LedgerDef& ledger_definition(std::string_view name);

}  // namespace gapmap
