#pragma once
#include <string>
#include <vector>

#include "geo/shape/layer.h"

namespace gapmap {

/// Data that one audience may see. Only release_layer() makes one, and renderers take nothing else.
class ReleasedLayer {
public:
    [[nodiscard]] const Layer&       layer() const noexcept { return layer_; }
    [[nodiscard]] const std::string& audience() const noexcept { return audience_; }

private:
    friend ReleasedLayer release_layer(Layer layer, std::string audience, const std::vector<std::string>& allowed);
    ReleasedLayer(Layer layer, std::string audience) : layer_(std::move(layer)), audience_(std::move(audience)) {}
    Layer       layer_;
    std::string audience_;
};

/// Releases a layer to an audience: every column must stand on the list of allowed ones, a field is a person's until
/// somebody lists it lower. Throws ReleaseError naming the column that does not.
[[nodiscard]] ReleasedLayer release_layer(Layer layer, std::string audience, const std::vector<std::string>& allowed);

}  // namespace gapmap
