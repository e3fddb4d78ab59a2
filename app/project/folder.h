#pragma once
#include <filesystem>

namespace gapmap {

/// Throws OutputError where `folder` exists and is not empty.
void require_new_folder(const std::filesystem::path& folder);

/// The same, but an earlier demo (a county.toml that says `demo = true`) may be written over.
void require_new_or_demo_folder(const std::filesystem::path& folder);

/// Makes the folder and those above it. Throws OutputError with the system's reason.
void make_folder(const std::filesystem::path& folder);

/// Throws OutputError where the outputs cannot take the place of `out`: it is a file or a link, or a folder that holds something
/// else than the outputs of an earlier run.
void require_out_place(const std::filesystem::path& out);

/// Makes PROJECT/reports where it is missing. Throws OutputError where the report could not be written there.
void require_reports(const std::filesystem::path& project);

}  // namespace gapmap
