#pragma once
#include <cstddef>
#include <cstdint>

#include "geo/core/exec.h"

namespace gapmap {

/// Ends work that has come to need more memory than it may: it looks wherever the work reports how far it is, and passes the report on.
class MemoryGuard final : public Progress {
public:
    /// `megabytes` of 2^20 bytes that the process may hold, mapped files included; 0: no bound. `next` may be null.
    MemoryGuard(std::uint64_t megabytes, Progress* next) : megabytes_(megabytes), next_(next) {}
    /// Throws UsageError where the process holds more.
    void report(std::string_view stage, std::size_t done, std::size_t total) override;

private:
    std::uint64_t megabytes_;
    Progress*     next_;
};

/// Memory that the process holds now, in megabytes of 2^20 bytes. Source: /proc/self/statm.
[[nodiscard]] std::uint64_t held_megabytes();

}  // namespace gapmap
