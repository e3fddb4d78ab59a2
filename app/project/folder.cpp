#include "app/project/folder.h"

#include <fmt/format.h>

#include <fstream>
#include <string>

#include "data/write/output_target.h"
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

void require_out_place(const fs::path& out) {
    std::error_code error;
    const auto      there = fs::symlink_status(out, error);
    if (!fs::exists(there)) return;
    if (!fs::is_directory(there)) throw OutputError("is not a folder, and the outputs would take its place; move it away", {out.string()});
    if (!is_free(out) && !fs::exists(out / "manifest.json", error)) {
        throw OutputError("holds files, but no manifest.json, so it is not the outputs of a run, which would take its place; move it away", {out.string()});
    }
}

void require_reports(const fs::path& project) {
    const fs::path  reports = project / "reports";
    std::error_code error;
    if (fs::exists(reports, error) && !fs::is_directory(reports, error)) throw OutputError("is not a folder, and the import report belongs there; move it away", {reports.string()});
    make_folder(reports);
    (void)settle_output(reports / "import.xlsx");
}

}  // namespace gapmap
