#pragma once
#include <source_location>

namespace gapmap {
/// Throws PreconditionError with the condition and the place it stands.
[[noreturn]] void precondition_failed(const char* condition, std::source_location where);
}  // namespace gapmap

/// A precondition that stays on in release: cheap checks only. Tests see it fire as PreconditionError.
#define GEO_EXPECTS(cond) \
    (static_cast<bool>(cond) ? void(0) : ::gapmap::precondition_failed(#cond, std::source_location::current()))
