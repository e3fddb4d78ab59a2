#pragma once
#include <filesystem>
#include <string>

/// A path for a store in the system's temporary folder; what is made there goes with this.
struct TemporaryStore {
    std::filesystem::path path;
    explicit TemporaryStore(const std::string& name = "store") : path(std::filesystem::temp_directory_path() / ("gapmap_" + name + "_test.sqlite")) { clean(); }
    ~TemporaryStore() { clean(); }
    TemporaryStore(const TemporaryStore&)            = delete;
    TemporaryStore& operator=(const TemporaryStore&) = delete;
    void clean() const {
        for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + tail);
    }
};
