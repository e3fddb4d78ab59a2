// What the machine can do at best: memory bandwidth, and bytes of CSV looked at per second, one and two threads.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "bench/peers/inputs.h"

namespace {

double seconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double best_of(int runs, const std::function<void()>& work) {
    double best = 1e300;
    for (int i = 0; i < runs; ++i) best = std::min(best, seconds(work));
    return best;
}

void on_threads(unsigned n, const std::function<void(unsigned)>& work) {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < n; ++t) threads.emplace_back(work, t);
}

volatile long sink = 0;

}  // namespace

int main(int argc, char** argv) {
    const std::string text = argc > 1 ? peers::read_file(argv[1]) : std::string(1 << 28, 'x');
    for (const unsigned threads : {1U, 2U}) {
        const std::size_t   n = 20'000'000;
        std::vector<double> a(n, 1), b(n, 2), c(n, 3);
        const double triad = best_of(5, [&] {
            on_threads(threads, [&](unsigned t) {
                for (std::size_t i = n / threads * t; i < n / threads * (t + 1); ++i) a[i] = b[i] + 3 * c[i];
            });
        });
        const double lines = best_of(5, [&] {
            on_threads(threads, [&](unsigned t) {
                const char *p = text.data() + text.size() / threads * t, *end = text.data() + text.size() / threads * (t + 1);
                long        count = 0;
                while ((p = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)))) != nullptr) ++p, ++count;
                sink = count;
            });
        });
        std::printf("threads %u: triad %.1f GB/s, line ends %.2f GB/s\n", threads, 24e-9 * static_cast<double>(n) / triad, 1e-9 * static_cast<double>(text.size()) / lines);
    }
}
