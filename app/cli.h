#pragma once

namespace gapmap {

/// Parses the arguments, runs the command, prints one line for an error, and returns the exit code of the contract.
[[nodiscard]] int run_command_line(int argc, const char* const* argv);

}  // namespace gapmap
