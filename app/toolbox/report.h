#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/command.h"

namespace gapmap {

/// Prints a command's figures: with --json one object on stdout; else `key: value` lines, on stderr where a table has gone
/// to stdout.
void print_report(const CommandContext& context, const nlohmann::ordered_json& figures, bool stdout_taken);

/// The same with a list of rows (objects of whole numbers with the same keys): with --json `name` holds the list; else it follows the figures as a table, in which columns that are 0 throughout are left out.
void print_report(const CommandContext& context, nlohmann::ordered_json figures, const std::string& name, const nlohmann::ordered_json& rows);

/// What a command writes to -o.
enum class OutputKind { table, raster };

/// Refuses -o before any work is done: an ending that this kind of result has no format for (UsageError with the list of
/// those it has), a place that cannot be written (OutputError). Empty or "-": standard output, nothing to refuse.
void check_output(const std::string& output, OutputKind kind);

/// Where a table result goes: -o if given; else standard output, unless --json speaks there (then nowhere: nothing).
struct TableTarget {
    std::string path;
    bool        write = true, to_stdout = false;
};
[[nodiscard]] TableTarget table_target(const CommandContext& context, const std::string& output);

}  // namespace gapmap
