#include "analysis/capture.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

struct Keys {
    std::vector<std::string_view> distinct;
    std::int64_t                  repeats = 0, without = 0;
};

Keys keys_of(std::span<const std::string> list) {
    Keys keys;
    for (const std::string& key : list) {
        if (key.empty()) ++keys.without;
        else keys.distinct.emplace_back(key);
    }
    std::ranges::sort(keys.distinct);
    const auto rest = std::ranges::unique(keys.distinct);
    keys.repeats    = std::ranges::ssize(rest);
    keys.distinct.erase(rest.begin(), rest.end());
    return keys;
}

}  // namespace

ListMatch match_lists(std::span<const std::string> first, std::span<const std::string> second) {
    const Keys                    a = keys_of(first), b = keys_of(second);
    std::vector<std::string_view> both;
    std::ranges::set_intersection(a.distinct, b.distinct, std::back_inserter(both));
    return {std::ssize(a.distinct), std::ssize(b.distinct), std::ssize(both), a.repeats, b.repeats, a.without, b.without};
}

std::optional<CaptureEstimate> chapman(std::int64_t first, std::int64_t second, std::int64_t both, double confidence) {
    GEO_EXPECTS(both >= 0 && both <= first && both <= second);
    GEO_EXPECTS(confidence > 0 && confidence < 1);
    if (first + second == 0) return std::nullopt;
    const auto      n1 = static_cast<double>(first), n2 = static_cast<double>(second), m = static_cast<double>(both), seen = n1 + n2 - m;
    CaptureEstimate out;
    out.total    = (n1 + 1) * (n2 + 1) / (m + 1) - 1;
    out.variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) * (m + 1) * (m + 2));
    out.unseen   = (n1 - m) * (n2 - m) / (m + 1);  // total - seen, without the cancellation
    const double z = normal_quantile(0.5 + confidence / 2), s = std::sqrt(out.variance);
    out.normal     = {std::max(seen, out.total - z * s), out.total + z * s};
    if (out.unseen == 0) {
        out.log_normal = {seen, seen};
        return out;
    }
    const double factor = std::exp(z * std::sqrt(std::log1p(out.variance / (out.unseen * out.unseen))));
    out.log_normal      = {seen + out.unseen / factor, seen + out.unseen * factor};
    return out;
}

}  // namespace gapmap
