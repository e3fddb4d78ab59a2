#pragma once
// The body of ordered_pipeline(): kept apart so that exec.h reads as the contract.
#include <algorithm>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "geo/core/exec.h"

namespace gapmap {

template <class Value>
void ordered_pipeline(const Execution& exec, std::size_t n, const std::function<Value(std::size_t)>& produce,
                      const std::function<void(std::size_t, Value&&)>& consume) {
    // Blocks of a fixed size are produced in parallel; while one is being produced, the one before it is consumed in order.
    const std::size_t  block = std::max<std::size_t>(64, exec.threads * std::size_t{64});
    std::vector<Value> values, before;
    std::future<void>  consuming;
    const auto         finish = [&] {
        if (consuming.valid()) consuming.get();
    };
    for (std::size_t first = 0; first < n; first += block) {
        const std::size_t count = std::min(block, n - first);
        values.clear();
        values.resize(count);
        try {
            parallel_chunks(exec, count, 1, [&](std::size_t begin, std::size_t end) {
                for (std::size_t i = begin; i < end; ++i) values[i] = produce(first + i);
            });
        } catch (...) {
            finish();  // an error of what came before is the first one
            throw;
        }
        finish();
        before.swap(values);
        const auto consume_all = [&consume, &before, first] {
            for (std::size_t i = 0; i < before.size(); ++i) consume(first + i, std::move(before[i]));
        };
        if (exec.threads > 1) {
            consuming = std::async(std::launch::async, consume_all);
        } else {
            consume_all();
        }
    }
    finish();
}

}  // namespace gapmap
