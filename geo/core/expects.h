#pragma once

namespace gapmap {
/// Throws PreconditionError with the condition and the place it stands.
[[noreturn]] void precondition_failed(const char* condition, const char* file, int line);
}  // namespace gapmap

/// A precondition that stays on in release: cheap checks only. Tests see it fire as PreconditionError.
#define GEO_EXPECTS(cond) (static_cast<bool>(cond) ? void(0) : ::gapmap::precondition_failed(#cond, __FILE__, __LINE__))
