#include "geo/core/expects.h"

#include <fmt/format.h>

#include "geo/core/error.h"

namespace gapmap {
void precondition_failed(const char* condition, const char* file, int line) {
    throw PreconditionError(fmt::format("{}:{}: expected {}", file, line, condition));
}
}  // namespace gapmap
