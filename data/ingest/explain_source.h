#pragma once
#include <string>
#include <vector>

#include "data/ingest/header_match.h"
#include "data/ingest/import_source.h"

namespace gapmap {

/// How one column would be read.
struct ColumnReading {
    std::string              header;
    std::string              field;     ///< empty: no field of the ledger; the column is not read
    std::string              field_zh, type;
    MatchReason              reason = MatchReason::none;
    double                   scale  = 1;      ///< 10000 where the header says 万元
    bool                     personal = false;
    std::vector<std::string> forms;  ///< of days: the ways they are written, e.g. "9999-99-99", with counts; from the first 1,000 rows
};

/// How one sheet would be read.
struct SheetReading {
    std::string                           sheet, encoding;
    std::uint64_t                         header_first = 0, header_last = 0;  ///< row numbers in the file
    std::vector<ColumnReading>            columns;
    std::vector<std::string>              missing;       ///< fields without a column
    bool                                  has_coordinates = false;
    std::string                           crs;           ///< declared, or the layer's own; empty where it is missing
    std::vector<std::vector<std::string>> first_rows;    ///< up to 5 rows as they would be stored, one text a field of the ledger
    ImportSummary                         counts;
    std::vector<Issue>                    issues;        ///< the first 20
    std::uint64_t                         more_issues = 0;
    std::string                           refused;       ///< why the sheet would be refused as a whole; empty where it would not
};

/// How a file would be understood, before anything is stored.
struct FileReading {
    std::string               kind, ledger, list;
    std::vector<SheetReading> sheets;
};

/// Reads the file as an import would and keeps nothing. A missing coordinate system does not stop it: `refused` says so and the
/// rest is read as if it were EPSG:4490. Throws InputError where not even a header can be found.
[[nodiscard]] FileReading explain_source(const SourceSpec& spec, const ImportReference& reference, const Execution& exec);

/// The ledger whose header fits a file best: the one most of whose columns it has. Throws InputError where none fits.
[[nodiscard]] std::string best_ledger(const SourceSpec& spec);

}  // namespace gapmap
