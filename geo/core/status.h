#pragma once
#include <string_view>

namespace gapmap {

/// Evidence behind a result row. Every style gives each status its own look; zero, no data and suppressed never look alike.
enum class Status {
    ok,          ///< the value stands on enough data
    too_few,     ///< a base too small to say anything
    isolate,     ///< no neighbours, so a neighbourhood statistic is undefined
    missing,     ///< no data
    suppressed,  ///< known, but withheld to protect persons
};

[[nodiscard]] constexpr std::string_view to_string(Status status) noexcept {
    switch (status) {
        case Status::ok: return "ok";
        case Status::too_few: return "too_few";
        case Status::isolate: return "isolate";
        case Status::missing: return "missing";
        case Status::suppressed: return "suppressed";
    }
    return "missing";
}

}  // namespace gapmap
