#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/project/import_project.h"
#include "app/tongue.h"

namespace gapmap {

/// `ledgers` (name to rows read, accepted, repaired, held back), `sources`, `issues` by fate and code.
[[nodiscard]] nlohmann::ordered_json import_json(const ImportReport& report);

/// The same as a table for a terminal, with each held-back row on a line.
[[nodiscard]] std::string import_text(const ImportReport& report, Tongue tongue);

/// DIR/reports/import.xlsx: one sheet with each row that needs a person, one with each repair, one with the balance.
void write_import_workbook(const Project& project, const ImportReport& report);

}  // namespace gapmap
