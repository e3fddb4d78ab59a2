#pragma once
#include <functional>
#include <string>

#include "geo/core/draws.h"
#include "geo/core/exec.h"

namespace CLI {
class App;
}

namespace gapmap {

/// The options that every command shares (CLI contract).
struct CommonOptions {
    bool        json = false;  ///< one JSON object on stdout instead of text
    Seed        seed{};
    unsigned    threads = 0;  ///< 0 means all processors
    std::string progress = "auto";
    std::string lang;  ///< "zh", "en"; empty: from the project, else the locale
};

/// What a command runs with.
struct CommandContext {
    CommonOptions common;
    Execution     exec;
};

/// A command registers its options on `parent` and hands over what runs when it is chosen. Errors are exceptions.
/// Its group (heading in --help) is "Project" or "Toolbox".
using CommandBody = std::function<void(const CommandContext&)>;
using CommandSink = std::function<void(CLI::App* command, CommandBody body)>;

/// Each file of app/project and app/toolbox has one of these; app/cli.cpp lists them all.
using RegisterCommand = void (*)(CLI::App& parent, const CommandSink& sink);

}  // namespace gapmap
