#include "app/cli.h"

#include <unistd.h>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>
#include <system_error>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/progress.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

std::stop_source& interrupt_source() {
    static std::stop_source source;
    return source;
}

// Only sets a lock-free flag: allowed in a signal handler. The poller turns it into a stop request.
volatile std::sig_atomic_t interrupted = 0;
extern "C" void            on_interrupt(int) { interrupted = 1; }

/// Turns Ctrl-C into a stop request while a command runs.
class InterruptWatch {
public:
    InterruptWatch() {
        std::signal(SIGINT, on_interrupt);
        std::signal(SIGTERM, on_interrupt);
        thread_ = std::jthread([](const std::stop_token& done) {
            while (!done.stop_requested()) {
                if (interrupted != 0) interrupt_source().request_stop();
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
    }

private:
    std::jthread thread_;
};

void print_error(const Error& error, bool json) {
    if (!json) {
        std::fprintf(stderr, "gapmap: %s\n", error.what());
        return;
    }
    const Place&         place = error.place();
    nlohmann::ordered_json body{{"kind", to_string(error.kind())}, {"message", error.message()}};
    if (!place.source.empty()) body["source"] = place.source;
    if (!place.sheet.empty()) body["sheet"] = place.sheet;
    if (place.row != 0) body["row"] = place.row;
    if (!place.field.empty()) body["field"] = place.field;
    std::fprintf(stderr, "%s\n", nlohmann::ordered_json{{"error", body}}.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

std::string seed_fault(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? "" : fmt::format("expected a whole number from 0 to 18446744073709551615, got '{}'", text);
}

void add_common(CLI::App& app, CommonOptions& common) {
    app.add_flag("--json", common.json, "Print one JSON object")->group("Common");
    app.add_option("--seed", common.seed.value, "Seed of all random draws, a whole number >= 0 (default 1)")->check(CLI::Validator(seed_fault, "", "seed"))->group("Common");
    app.add_option("--threads", common.threads, "Threads to use (default: all)")->check(CLI::Range(1U, 1024U))->group("Common");
    app.add_option("--progress", common.progress, "auto, always or never (default auto)")
        ->check(CLI::IsMember({"auto", "always", "never"}))->group("Common");
    app.add_option("--lang", common.lang, "zh or en (default: the project's, else the locale's)")
        ->check(CLI::IsMember({"zh", "en"}))->group("Common");
}

CommandContext make_context(const CommonOptions& common, Progress* progress) {
    CommandContext context{common, {}};
    context.exec.threads  = common.threads != 0 ? common.threads : std::max(1U, std::thread::hardware_concurrency());
    context.exec.stop     = interrupt_source().get_token();
    context.exec.progress = progress;
    return context;
}

const std::vector<RegisterCommand> all_commands = {
    // project
    register_demo,
    register_init,
    register_import,
    register_run,
    register_topology,
    register_crosswalk,
    register_bases,
    register_sample,
    register_status,

    // toolbox
    register_transform,
    register_join,
    register_density,
    register_risk,
    register_rates,
    register_change,
    register_effect,
    register_power,
    register_tiles,
    register_zonal,
    register_contours,
    register_pattern,
    register_scan,
    register_moran,
    register_geary,
    register_general_g,
    register_join_count,
    register_lee,
    register_local,
    register_capture,
    register_knox,
    register_mantel,
    register_trend,
    register_cube,
    register_alarm,
};

int run_guarded(const CommandBody& body, const CommonOptions& common) {
    const InterruptWatch watch;
    try {
        const auto progress = make_progress(common.progress);
        body(make_context(common, progress.get()));
        return 0;
    } catch (const Error& error) {
        print_error(error, common.json);
        return error.exit_code();
    } catch (const std::system_error& error) {
        // fmt::print met a standard output that takes no more.
        print_error(Error(ErrorKind::output, std::string("standard output: ") + error.what()), common.json);
        return static_cast<int>(ErrorKind::output);
    } catch (const std::exception& error) {
        print_error(Error(ErrorKind::bug, std::string("internal error: ") + error.what()), common.json);
        return static_cast<int>(ErrorKind::bug);
    }
}

/// Insertions, removals and changes of a letter that make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t corner = row[0]++;
        for (std::size_t k = 0; k < b.size(); ++k) {
            const std::size_t changed = corner + (a[i] == b[k] ? 0 : 1);
            corner     = row[k + 1];
            row[k + 1] = std::min({changed, row[k] + 1, corner + 1});
        }
    }
    return row.back();
}

/// What a command line that cannot be read is answered with. The first word is the command: the program has no options of its own
/// that take a value.
UsageError usage_error(const CLI::App& app, const CLI::ParseError& error, std::span<const char* const> words) {
    const std::string command = words.size() > 1 ? words[1] : "";
    const auto        known   = app.get_subcommands([](const CLI::App*) { return true; });
    if (command.empty() || command.starts_with('-') || std::ranges::any_of(known, [&](const CLI::App* k) { return k->get_name() == command; })) {
        return UsageError(std::string(error.what()) + "; see gapmap --help");
    }
    const auto nearest = std::ranges::min_element(known, {}, [&](const CLI::App* k) { return distance(command, k->get_name()); });
    return UsageError(fmt::format("there is no command '{}'; the nearest is '{}'; see gapmap --help", command, (*nearest)->get_name()));
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
    CLI::App app{"gapmap: from a county's spreadsheets to a map of the gaps", "gapmap"};
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("gapmap ") + version());
    CommonOptions common;
    CommandBody   chosen;
    for (const RegisterCommand register_command : all_commands) {
        register_command(app, [&](CLI::App* command, CommandBody body) {
            add_common(*command, common);
            command->callback([&chosen, body = std::move(body)] { chosen = body; });
        });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
        const bool json = std::ranges::any_of(words, [](const char* word) { return std::string_view(word) == "--json"; });
        print_error(usage_error(app, error, words), json);
        return static_cast<int>(ErrorKind::usage);
    }
    return run_guarded(chosen, common);
}

}  // namespace gapmap
