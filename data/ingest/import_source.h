#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/cell_parse.h"
#include "data/ingest/code_set.h"
#include "data/ingest/ledger_schema.h"
#include "data/ingest/unit_directory.h"
#include "data/ingest/unit_shapes.h"
#include "data/store/store.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// One entry of county.toml: a file (or sheet) and how to read it.
struct SourceSpec {
    std::string                        ledger{};
    std::string                        list{};      ///< visits: the list; units: the level; apps: the app's name
    std::string                        path{};      ///< as in county.toml, for messages and the store
    std::string                        file{};      ///< where it is
    std::string                        sheet{};
    std::string                        crs{};       ///< declared system of its coordinates
    std::string                        encoding{};
    std::map<std::string, std::string> columns{};  ///< field -> header, overrides the aliases
    std::vector<Issue>                 notes{};       ///< what to write down about the file as a whole
    std::vector<Correction>            corrections{};    ///< typed by a person for cells of this source
    DateRules                          dates{};          ///< how its dates are to be read
    std::optional<Day>                 as_of{};          ///< later dates are noted
    std::string                        county_code{};    ///< bases: what a unit's code says of the whole county, which is no unit of the ground
    std::string                        county_name{};
    std::string                        location_role{};  ///< cases: of rows that do not say it
    double                             max_held_share = 0.5;  ///< more rows held back than this share: the file is refused as a whole
};

/// What is already known, to check new rows against.
struct ImportReference {
    CodeSet                              unit_codes, household_codes;
    CodeSet                              keys;                 ///< key values of the ledger's other current rows
    bool                                 checks_units = true;  ///< false: there is no ground yet to check codes against (an explanation)
    Box<Lonlat>                          county;               ///< with a margin; empty: not known, nothing is checked against it
    std::shared_ptr<const UnitDirectory> units{};              ///< the units by name; none: names are not read
    std::shared_ptr<const UnitShapes>    shapes{};             ///< their ground; none: distances are not checked
};

/// What tells a unit's row from another: its code and the day from which it holds. One code may have several intervals.
[[nodiscard]] std::string unit_key(const std::string& code, const std::optional<Day>& valid_from);

/// Rows ready for the store, and what happened to those that were not simply accepted.
struct ImportChunk {
    Table                      rows;
    std::vector<std::uint64_t> source_rows;
    Geometry                   geometry;
    std::vector<Issue>         issues;
};

/// A row that is held back because its key stands already, ready for the store in case it is the better one (see contest.h).
struct ContestedRow {
    std::string key, field;  ///< the key, and the header that it stands under
    ImportChunk chunk;       ///< the row (one for each household that it names), and what was repaired in it
    bool        repaired = false;
};

struct ImportSummary {
    std::string   sheet, encoding, crs;
    std::uint64_t rows_read = 0, accepted = 0, repaired = 0, held_back = 0;
    std::vector<ContestedRow> contested{};
};

/// Reads one source (one sheet: see sheet_plan.h), understands its rows, and hands them on in chunks.
/// Always: accepted + repaired + held_back = rows_read. A row read is a row below the header that has something in it, but for the
/// header again, titles of sections and signatures or notes, which are noted issues; a row of sums is read, held back, and used as a check. Throws InputError where the file as a whole cannot be understood.
/// Keys and units that it accepts are added to `reference`.
ImportSummary import_source(const SourceSpec& spec, ImportReference& reference, const Execution& exec,
                            const std::function<void(ImportChunk&&)>& sink);

}  // namespace gapmap
