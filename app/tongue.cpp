#include "app/tongue.h"

#include <cstdlib>

namespace gapmap {

Tongue choose_tongue(const std::string& asked, const std::string& project) {
    if (!asked.empty()) return {asked == "zh"};
    if (!project.empty()) return {project == "zh"};
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return {std::string_view(value).starts_with("zh")};
    }
    return {false};
}

}  // namespace gapmap
