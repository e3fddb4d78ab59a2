#include "app/toolbox/report.h"

#include <cstdio>

namespace gapmap {

void print_report(const CommandContext& context, const nlohmann::ordered_json& figures, bool stdout_taken) {
    if (context.common.json) {
        std::printf("%s\n", figures.dump().c_str());
        return;
    }
    std::FILE* to = stdout_taken ? stderr : stdout;
    for (const auto& [key, value] : figures.items()) {
        fmt::print(to, "{}: {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
    }
}

TableTarget table_target(const CommandContext& context, const std::string& output) {
    if (!output.empty() && output != "-") return {output, true, false};
    if (context.common.json) return {{}, false, false};
    return {"-", true, true};
}

}  // namespace gapmap
