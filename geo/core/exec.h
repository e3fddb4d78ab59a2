#pragma once
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string_view>

namespace gapmap {

/// Where long work reports how far it is. Implemented by the terminal bar, by plain lines, and by tests.
class Progress {
public:
    virtual ~Progress() = default;
    /// `done` of `total` units of `stage` are finished. Called from one thread at a time, `done` never falls within a stage.
    virtual void report(std::string_view stage, std::size_t done, std::size_t total) = 0;
};

/// How a computation may run: passed down, never global. Copy freely.
struct Execution {
    unsigned        threads  = 1;        ///< REQUIRES >= 1. Results do not depend on it.
    std::stop_token stop     = {};       ///< work throws Cancelled soon after a stop is requested
    Progress*       progress = nullptr;  ///< not owned; may be null

    void check_stop() const;  ///< throws Cancelled if a stop was requested
    void report(std::string_view stage, std::size_t done, std::size_t total) const;
};

/// Calls `body(begin, end)` over [0, n) in chunks of at most `grain`, on `exec.threads` threads.
/// Chunk bounds depend on n and grain only. Each chunk must write only its own slots. The first exception is rethrown.
void parallel_chunks(const Execution& exec, std::size_t n, std::size_t grain,
                     const std::function<void(std::size_t begin, std::size_t end)>& body);

/// Workers call `produce(i)` for i in [0, n) in any order; `consume(i, value)` runs in order of i, one at a time,
/// perhaps on another thread than the caller's. At most some hundred values a thread are alive at once, so memory stays bounded. The error that is rethrown is
/// that of the least i that `consume` came to, else one of `produce`.
template <class Value>
void ordered_pipeline(const Execution& exec, std::size_t n, const std::function<Value(std::size_t)>& produce,
                      const std::function<void(std::size_t, Value&&)>& consume);

}  // namespace gapmap

#include "geo/core/exec_pipeline.h"
