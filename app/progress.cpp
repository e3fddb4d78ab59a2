#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <mutex>

namespace gapmap {

const char* version() noexcept { return "0.1.0"; }

namespace {

using Clock = std::chrono::steady_clock;

/// A bar that redraws in place on a terminal, one line a stage elsewhere. Nothing is shown for stages under a second
/// on a terminal, so quick commands stay quiet.
class TextProgress final : public Progress {
public:
    explicit TextProgress(bool terminal) : terminal_(terminal) {}
    ~TextProgress() override {
        if (drawn_) std::fputs("\n", stderr);
    }

    void report(std::string_view stage, std::size_t done, std::size_t total) override {
        const std::lock_guard lock(mutex_);
        const auto            now = Clock::now();
        if (stage != stage_) start(stage, now);
        const bool complete = total != 0 && done >= total;
        const auto pause    = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
        if (now - started_ < std::chrono::seconds(1) || (!complete && now - last_ < pause)) return;
        last_ = now;
        print(done, total, std::chrono::duration<double>(now - started_).count());
    }

private:
    void start(std::string_view stage, Clock::time_point now) {
        if (drawn_) std::fputs("\n", stderr);
        drawn_   = false;
        stage_   = stage;
        started_ = last_ = now;
    }

    void print(std::size_t done, std::size_t total, double elapsed_s) {
        const double rate = static_cast<double>(done) / elapsed_s;
        const double left = rate > 0 && total > done ? static_cast<double>(total - done) / rate : 0;
        const std::string line = fmt::format("{}: {}/{} ({:.0f}/s, {:.0f} s left)", stage_, done, total, rate, left);
        if (terminal_) {
            fmt::print(stderr, "\r\x1b[K{}", line);
            drawn_ = true;
        } else {
            fmt::print(stderr, "{}\n", line);
        }
        std::fflush(stderr);
    }

    bool              terminal_;
    bool              drawn_ = false;
    std::mutex        mutex_;
    std::string       stage_;
    Clock::time_point started_{}, last_{};
};

}  // namespace

std::unique_ptr<Progress> make_progress(const std::string& mode) {
    if (mode == "never") return nullptr;
    return std::make_unique<TextProgress>(mode == "auto" && isatty(STDERR_FILENO) == 1);
}

}  // namespace gapmap
