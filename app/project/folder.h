#pragma once
#include <filesystem>

namespace gapmap {

/// Throws OutputError where `folder` exists and is not empty.
void require_new_folder(const std::filesystem::path& folder);

/// The same, but an earlier demo (a county.toml that says `demo = true`) may be written over.
void require_new_or_demo_folder(const std::filesystem::path& folder);

/// Makes the folder and those above it. Throws OutputError with the system's reason.
void make_folder(const std::filesystem::path& folder);

}  // namespace gapmap
