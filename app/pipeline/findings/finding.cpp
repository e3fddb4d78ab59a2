#include "app/pipeline/findings/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace gapmap {

std::size_t Findings::tests() const noexcept {
    return std::transform_reduce(all.begin(), all.end(), std::size_t{0}, std::plus<>(), [](const CountyFinding& f) { return f.tests; });
}

const CountyFinding* Findings::find(std::string_view id) const noexcept {
    const auto found = std::ranges::find(all, id, &CountyFinding::id);
    return found == all.end() ? nullptr : &*found;
}

Text tests_sentence(const Findings& findings, double alpha) {
    const std::size_t n = findings.tests();
    return {fmt::format("本期共做了 {} 次检验；即使什么都没有发生，不作校正也会有约 {:.0f} 次“显著”。着色只用校正后的结果。", n, alpha * static_cast<double>(n)),
            fmt::format("{} tests were run; were there nothing to find, about {:.0f} of them would still look significant without adjustment. Colours use adjusted results only.", n,
                        alpha * static_cast<double>(n))};
}

}  // namespace gapmap
