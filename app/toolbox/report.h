#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/command.h"

namespace gapmap {

/// Prints a command's figures: with --json one object on stdout; else `key: value` lines, on stderr where a table has gone
/// to stdout.
void print_report(const CommandContext& context, const nlohmann::ordered_json& figures, bool stdout_taken);

/// Where a table result goes: -o if given; else standard output, unless --json speaks there (then nowhere: nothing).
struct TableTarget {
    std::string path;
    bool        write = true, to_stdout = false;
};
[[nodiscard]] TableTarget table_target(const CommandContext& context, const std::string& output);

}  // namespace gapmap
