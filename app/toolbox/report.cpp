#include "app/toolbox/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "data/write/output_target.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

// A message may quote bytes of an option or a file that are no UTF-8; a report must not fail over them.
std::string text_of(const nlohmann::ordered_json& value) { return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace); }

std::vector<std::string> endings_of(OutputKind kind) {
    if (kind == OutputKind::raster) return {".tif", ".tiff"};
    return {".csv", ".gpkg", ".shp", ".geojson", ".json", ".fgb"};
}

}  // namespace

void check_output(const std::string& output, OutputKind kind) {
    if (output.empty() || output == "-") return;
    std::string ending = std::filesystem::path(output).extension().string();
    if (ending == ".CSV" || ending == ".TIF" || ending == ".TIFF") std::ranges::transform(ending, ending.begin(), [](char c) { return c == '.' ? c : static_cast<char>(c - 'A' + 'a'); });
    const std::vector<std::string> known = endings_of(kind);
    if (std::ranges::find(known, ending) == known.end()) {
        throw UsageError(fmt::format("-o {}: the name of an output must end in {}", output, fmt::join(known, ", ")));
    }
    (void)settle_output(output);
}

void print_report(const CommandContext& context, const nlohmann::ordered_json& figures, bool stdout_taken) {
    if (context.common.json) {
        std::printf("%s\n", text_of(figures).c_str());
        return;
    }
    std::FILE* to = stdout_taken ? stderr : stdout;
    for (const auto& [key, value] : figures.items()) {
        fmt::print(to, "{}: {}\n", key, value.is_string() ? value.get<std::string>() : text_of(value));
    }
}

void print_report(const CommandContext& context, nlohmann::ordered_json figures, const std::string& name, const nlohmann::ordered_json& rows) {
    if (context.common.json) {
        figures[name] = rows;
        return print_report(context, figures, false);
    }
    print_report(context, figures, false);
    if (rows.empty()) return;
    std::vector<std::string> lines(rows.size() + 1);
    for (const auto& [key, unused] : rows.front().items()) {
        if (std::ranges::all_of(rows, [&, &key = key](const auto& row) { return row.at(key) == 0; })) continue;
        std::size_t width = key.size();
        for (const auto& row : rows) width = std::max(width, row.at(key).dump().size());
        lines[0] += fmt::format("{:>{}}  ", key, width);
        for (std::size_t r = 0; r < rows.size(); ++r) lines[r + 1] += fmt::format("{:>{}}  ", rows[r].at(key).dump(), width);
    }
    for (std::string& line : lines) {
        line.erase(line.find_last_not_of(' ') + 1);
        fmt::print("{}\n", line);
    }
}

TableTarget table_target(const CommandContext& context, const std::string& output) {
    if (!output.empty() && output != "-") return {output, true, false};
    if (context.common.json) return {{}, false, false};
    return {"-", true, true};
}

}  // namespace gapmap
