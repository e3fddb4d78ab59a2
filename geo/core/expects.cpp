#include "geo/core/expects.h"

#include <fmt/format.h>

#include "geo/core/error.h"

namespace gapmap {
void precondition_failed(const char* condition, std::source_location where) {
    throw PreconditionError(fmt::format("{}:{}: expected {}", where.file_name(), where.line(), condition));
}
}  // namespace gapmap
