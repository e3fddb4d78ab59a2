#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/ingest/import_source.h"
#include "data/ingest/known_codes.h"
#include "data/ingest/position.h"
#include "data/ingest/row_builder.h"
#include "data/ingest/source_notes.h"

namespace gapmap {

/// Says who and where a row is: codes that exist, units by name or address, the position, and whether these agree. What is
/// mended, noted or wrong goes into the row's issues; a row that cannot be used is held back.
class RowPlacer {
public:
    /// `crs`: the declared system of the coordinates, canonical. All arguments must outlive this.
    RowPlacer(const SourceSpec& spec, const LedgerDef& ledger, ImportReference& reference, const HeaderMatch& header, const std::string& crs);

    void place(TypedRow& row);

    /// Of the row placed last: its position in the store's system (NaN: none), whether that differs from what was written, the households it
    /// names where there are several, and the level at which its words were understood (empty: it was given by code or point).
    [[nodiscard]] Point<Lonlat>                   location() const noexcept { return location_; }
    [[nodiscard]] bool                            differs_from_given() const noexcept { return differs_; }
    [[nodiscard]] const std::vector<std::string>& households() const noexcept { return households_; }
    [[nodiscard]] std::string_view                located_by_words() const noexcept { return words_level_; }
    /// Metres from the position to the finest unit that the row names; 0: inside, or one of the two is not known.
    [[nodiscard]] double                          metres_outside() const noexcept { return outside_m_; }
    /// Held back for nothing but its key, which stands in another row.
    [[nodiscard]] bool                            is_duplicate() const noexcept { return duplicate_; }
    [[nodiscard]] const std::string&              key() const noexcept { return unique_key_; }

    [[nodiscard]] SourceNotes&       notes() noexcept { return notes_; }
    [[nodiscard]] std::vector<Issue> finish() { return notes_.finish(lon_ ? header_of(*lon_) : std::string()); }

private:
    void say_setting(TypedRow& row) const;
    void check_unit_codes(TypedRow& row);
    void place_by_name(TypedRow& row);
    void take_named(TypedRow& row, const Resolution& named, std::size_t name_field);
    void compare_with_code(TypedRow& row, const Resolution& named, std::size_t name_field) const;
    [[nodiscard]] bool is_elsewhere(TypedRow& row, NamedPlace place, const Resolution& named, std::size_t name_field);
    void refuse_name(TypedRow& row, const Resolution& named, std::size_t name_field) const;
    void locate(TypedRow& row);
    void take_position(TypedRow& row, const Position& position);
    void note_coarse(TypedRow& row) const;
    void note_distance(TypedRow& row);
    void check_household(TypedRow& row);
    void split_households(TypedRow& row, std::size_t f);
    void note_words(TypedRow& row) const;
    void check_base_kind(TypedRow& row) const;
    void require_unit(TypedRow& row) const;
    void check_key(TypedRow& row);
    [[nodiscard]] std::optional<std::size_t> code_field_for(const UnitEntry& unit) const;
    [[nodiscard]] const UnitEntry*           unit_by_code(const TypedRow& row) const;
    [[nodiscard]] const Resolution&          resolve(const NamedPlace& place);
    [[nodiscard]] std::string                header_of(std::size_t field) const;
    [[nodiscard]] std::optional<Day>         valid_from_of(const TypedRow& row) const;

    const SourceSpec&          spec_;
    const LedgerDef&           ledger_;
    ImportReference&           reference_;
    const HeaderMatch&         header_;
    KnownCodes                 units_, known_households_;
    PositionReader             positions_;
    SourceNotes                notes_;
    std::optional<std::size_t> lon_, lat_, key_, household_, date_, outcome_, role_, valid_from_, base_kind_;
    std::vector<std::size_t>   unit_fields_;
    std::optional<std::size_t> town_name_, unit_name_, grid_name_, building_name_, address_, parent_name_;
    bool                       names_ = false;  ///< the file has a column with names
    std::unordered_map<std::string, Resolution> resolved_;  ///< an office names the same few places on every row
    Point<Lonlat>              location_{};
    bool                       differs_ = false;
    std::vector<std::string>   households_;
    std::string_view           words_level_;
    double                     outside_m_ = 0;
    std::string                unique_key_;
    bool                       duplicate_ = false;
};

}  // namespace gapmap
