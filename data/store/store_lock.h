#pragma once
#include <chrono>
#include <filesystem>

#include "geo/core/exec.h"

namespace gapmap {

/// How long an import or a run waits for another one in the same project.
inline constexpr std::chrono::milliseconds store_lock_wait{10'000};

/// While it lives, no other import or run changes the project: an advisory lock on STORE.lock beside the store. The system
/// releases it with the process, however that ends; the file itself stays and means nothing. Reading needs no lock.
/// Throws StoreError where another holds it for longer than `wait`, or where the folder cannot be written.
class StoreLock {
public:
    explicit StoreLock(const std::filesystem::path& store, const Execution& exec = {}, std::chrono::milliseconds wait = store_lock_wait);
    ~StoreLock();
    StoreLock(const StoreLock&)            = delete;
    StoreLock& operator=(const StoreLock&) = delete;

private:
    int fd_ = -1;
};

}  // namespace gapmap
