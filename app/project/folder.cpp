#include "app/project/folder.h"

#include <fmt/format.h>

#include <fstream>
#include <string>

#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

bool is_free(const fs::path& folder) {
    std::error_code error;
    const auto      status = fs::status(folder, error);
    if (!fs::exists(status)) return true;
    if (!fs::is_directory(status)) throw OutputError("is a file; name a new or empty folder", {folder.string()});
    const fs::directory_iterator first(folder, error);
    if (error) throw OutputError(fmt::format("cannot be read: {}", error.message()), {folder.string()});
    return first == fs::directory_iterator{};
}

bool is_demo(const fs::path& folder) {
    std::ifstream file(folder / "county.toml");
    for (std::string line; std::getline(file, line);) {
        std::erase(line, ' ');
        if (line.starts_with("demo=true")) return true;
    }
    return false;
}

}  // namespace

void require_new_folder(const fs::path& folder) {
    if (!is_free(folder)) throw OutputError("is not empty; name a new or empty folder", {folder.string()});
}

void require_new_or_demo_folder(const fs::path& folder) {
    if (!is_free(folder) && !is_demo(folder)) {
        throw OutputError("is not empty and not an earlier demo; name a new or empty folder", {folder.string()});
    }
}

void make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw OutputError(fmt::format("cannot be made: {}", error.message()), {folder.string()});
}

}  // namespace gapmap
