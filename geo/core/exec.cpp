#include "geo/core/exec.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

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
    // Lets a caller ask for more threads than there are cores: tests do, to see that the results stay the same.
    const tbb::global_control allowance(tbb::global_control::max_allowed_parallelism, exec.threads);
    tbb::task_arena           arena(static_cast<int>(exec.threads));
    arena.execute([&] { tbb::parallel_for(std::size_t{0}, chunks, run_chunk); });
}

}  // namespace gapmap
