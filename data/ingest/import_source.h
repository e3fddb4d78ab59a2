#pragma once
#include <functional>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "data/ingest/ledger_schema.h"
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
    double                             max_held_share = 0.5;  ///< more rows held back than this share: the file is refused as a whole
};

/// What is already known, to check new rows against.
struct ImportReference {
    std::unordered_set<std::string> unit_codes;
    std::unordered_set<std::string> household_codes;
    std::unordered_set<std::string> keys;    ///< key values of the ledger's other current rows
    bool                            checks_units = true;  ///< false: there is no ground yet to check codes against (an explanation)
    Box<Lonlat>                     county;  ///< with a margin; empty: not known, nothing is checked against it
};

/// Rows ready for the store, and what happened to those that were not simply accepted.
struct ImportChunk {
    Table                      rows;
    std::vector<std::uint64_t> source_rows;
    Geometry                   geometry;
    std::vector<Issue>         issues;
};

struct ImportSummary {
    std::string   sheet, encoding, crs;
    std::uint64_t rows_read = 0, accepted = 0, repaired = 0, held_back = 0;
};

/// Reads one source (one sheet: see sheet_plan.h), understands its rows, and hands them on in chunks.
/// Always: accepted + repaired + held_back = rows_read. A row read is a row below the header that has something in it, but for the
/// header again and signatures or notes, which are noted issues; a row of sums is read, held back, and used as a check. Throws InputError where the file as a whole cannot be understood.
/// Keys and units that it accepts are added to `reference`.
ImportSummary import_source(const SourceSpec& spec, ImportReference& reference, const Execution& exec,
                            const std::function<void(ImportChunk&&)>& sink);

}  // namespace gapmap
