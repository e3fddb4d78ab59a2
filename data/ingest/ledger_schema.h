#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gapmap {

enum class FieldType { code, text, date, time, integer, number, money, longitude, latitude, position, yes_no };

/// One field of a ledger, from data/reference/ledgers.json.
struct FieldDef {
    std::string              name;      ///< the column in the store and in results
    FieldType                type = FieldType::text;
    std::string              zh, en;    ///< header in the templates
    std::vector<std::string> aliases;   ///< other headers that mean this field
    bool                     required = false;  ///< a file without its column is refused
    bool                     personal = true;  ///< quoted in messages only where false
    bool                     wanted = false;     ///< a row must have it, or what stands in for it
    std::vector<std::string> otherwise{};        ///< fields that may stand in
    std::string              setting{};          ///< key of county.toml that may say it for the whole file
    bool                     stored        = true;   ///< false: read to understand the row, not kept in the store
    bool                     none_is_value = false;  ///< 无 is a value here, not an empty cell
    bool                     open_end      = false;  ///< a date without end: 9999-12-31, 长期
    bool                     may_be_several = false; ///< a list of codes makes several rows of the store
    int                      first_year    = 1990;   ///< earlier dates are held back
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
