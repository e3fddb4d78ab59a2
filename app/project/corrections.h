#pragma once
#include <string>

#include "app/project/project_file.h"
#include "data/store/store.h"

namespace gapmap {

// The sheet of reports/import.xlsx in which a person corrects what was held back. Its columns are shared by who writes and who reads it.
inline constexpr const char* held_sheet        = "待处理";
inline constexpr const char* correction_header = "更正";
inline constexpr const char* mark_header       = "标识";

/// What ties a line of the report to its cell: "<row mark>-<column>@<ledger>/<list>"; empty where the row has no cell to correct.
[[nodiscard]] std::string mark_text(const BatchIssue& entry);

/// Reads what was typed into DIR/reports/import.xlsx since the last import, keeps it in the store, and hands every source its
/// corrections. Returns how many were new. Throws InputError naming the line where one cannot be tied to a row: nothing that was typed is lost.
std::size_t take_corrections(Project& project, Store& store);

}  // namespace gapmap
