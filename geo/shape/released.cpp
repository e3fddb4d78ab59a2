#include "geo/shape/released.h"

#include <fmt/format.h>

#include <algorithm>

#include "geo/core/error.h"

namespace gapmap {

ReleasedLayer release_layer(Layer layer, std::string audience, const std::vector<std::string>& allowed) {
    for (const Column& column : layer.table.columns) {
        if (std::ranges::find(allowed, column.name) != allowed.end()) continue;
        throw ReleaseError(fmt::format("column '{}' of layer '{}' is not listed for the audience '{}'; nothing was written", column.name, layer.name, audience));
    }
    return {std::move(layer), std::move(audience)};
}

}  // namespace gapmap
