// Precompiled for app/: these four headers cost more to compile than the code that uses them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>
