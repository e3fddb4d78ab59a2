#include "app/pipeline/findings/finding.h"

#include <fmt/format.h>

#include <algorithm>

namespace gapmap {

TestRegistry Findings::registry() const {
    TestRegistry registry;
    for (const CountyFinding& finding : all) {
        for (const TestRegistry::Entry& entry : finding.tests) registry.add(entry);
    }
    return registry;
}

const CountyFinding* Findings::find(std::string_view id) const noexcept {
    const auto found = std::ranges::find(all, id, &CountyFinding::id);
    return found == all.end() ? nullptr : &*found;
}

Text tests_sentence(const Findings& findings) {
    const TestRegistry registry = findings.registry();
    double             chance   = 0;
    for (const TestRegistry::Entry& entry : registry.entries()) chance += entry.alpha * static_cast<double>(entry.hypotheses);
    return {fmt::format("本期共做了 {} 次检验。即使什么都没有发生，不作校正也会有约 {:.0f} 次看似显著；校正后预计误报 {:.1f} 次。着色只用校正后的结果。", registry.run(), chance, registry.expected_false()),
            fmt::format("{} tests were run. Were there nothing to find, about {:.0f} of them would still look significant unadjusted, and {:.1f} after adjustment. Colours use adjusted results only.",
                        registry.run(), chance, registry.expected_false())};
}

}  // namespace gapmap
