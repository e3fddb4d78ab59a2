#include "app/toolbox/memory_guard.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "geo/core/error.h"

namespace gapmap {

std::uint64_t held_megabytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) >> 20;
}

void MemoryGuard::report(std::string_view stage, std::size_t done, std::size_t total) {
    if (megabytes_ > 0) {
        if (const std::uint64_t held = held_megabytes(); held > megabytes_) {
            throw UsageError(fmt::format("--memory {}: {} MB are needed already ({}, {} of {}); allow more, or fewer --threads, --attributes or levels", megabytes_, held, stage, done, total));
        }
    }
    if (next_ != nullptr) next_->report(stage, done, total);
}

}  // namespace gapmap
