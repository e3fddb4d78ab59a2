#include "geo/core/exec.h"

#ifdef __SANITIZE_THREAD__
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>
#else
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#endif

#include <algorithm>

#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {

void Execution::check_stop() const {
    if (stop.stop_requested()) throw Cancelled();
}

void Execution::report(std::string_view stage, std::size_t done, std::size_t total) const {
    if (progress != nullptr) progress->report(stage, done, total);
}

namespace {

#ifdef __SANITIZE_THREAD__
/// oneTBB is not built for ThreadSanitizer, which therefore takes each hand-over inside it for a race. Plain threads show it the truth about what
/// chunks share.
template <class Run>
void run_on_threads(unsigned threads, std::size_t chunks, const Run& run_chunk) {
    std::atomic<std::size_t>  next{0};
    std::mutex                guard;
    std::exception_ptr        first;
    std::vector<std::jthread> team;
    for (unsigned t = 0; t < threads; ++t) {
        team.emplace_back([&] {
            try {
                for (std::size_t chunk = next++; chunk < chunks; chunk = next++) run_chunk(chunk);
            } catch (...) {
                const std::lock_guard lock(guard);
                if (!first) first = std::current_exception();
                next = chunks;
            }
        });
    }
    team.clear();  // joins
    if (first) std::rethrow_exception(first);
}
#else
template <class Run>
void run_on_threads(unsigned threads, std::size_t chunks, const Run& run_chunk) {
    // Lets a caller ask for more threads than there are cores: tests do, to see that the results stay the same.
    const tbb::global_control allowance(tbb::global_control::max_allowed_parallelism, threads);
    tbb::task_arena           arena(static_cast<int>(threads));
    arena.execute([&] { tbb::parallel_for(std::size_t{0}, chunks, run_chunk); });
}
#endif

}  // namespace

void parallel_chunks(const Execution& exec, std::size_t n, std::size_t grain,
                     const std::function<void(std::size_t, std::size_t)>& body) {
    GEO_EXPECTS(grain > 0);
    GEO_EXPECTS(exec.threads > 0);
    const std::size_t chunks = (n + grain - 1) / grain;
    const auto run_chunk = [&](std::size_t chunk) {
        exec.check_stop();
        body(chunk * grain, std::min(n, (chunk + 1) * grain));
    };
    if (exec.threads == 1 || chunks <= 1) {
        for (std::size_t chunk = 0; chunk < chunks; ++chunk) run_chunk(chunk);
        return;
    }
    run_on_threads(exec.threads, chunks, run_chunk);
}

}  // namespace gapmap
