#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geo/shape/layer.h"
#include "render/tile/grid_shape.h"

namespace gapmap {

/// The attributes of a layer, made ready once for all its tiles: each distinct value is one number.
class MvtAttributes {
public:
    /// The named columns and no others. Throws InputError naming a column that is not there.
    MvtAttributes(const Table& table, const std::vector<std::string>& allowed);

    using Tag = std::pair<std::uint32_t, std::uint32_t>;  ///< key, value
    [[nodiscard]] std::span<const Tag> tags(std::size_t row) const { return std::span(tags_).subspan(row_ends_[row], row_ends_[row + 1] - row_ends_[row]); }
    [[nodiscard]] const std::string&   key(std::uint32_t k) const { return keys_[k]; }
    [[nodiscard]] const std::string&   value(std::uint32_t v) const { return values_[v]; }  ///< an encoded Value message
    [[nodiscard]] std::size_t          keys() const noexcept { return keys_.size(); }
    [[nodiscard]] std::size_t          values() const noexcept { return values_.size(); }
    [[nodiscard]] std::optional<std::uint32_t> find_key(std::string_view name) const noexcept;
    /// Name and "Number" or "String" of each column.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> fields() const;

private:
    std::vector<std::string>   keys_, values_;
    std::vector<bool>          is_number_;
    std::vector<Tag>           tags_;
    std::vector<std::uint32_t> row_ends_{0};
};

/// Numbers as the specification wants them.
enum class MvtGeometry : std::uint8_t { point = 1, polygon = 3 };

/// As a feature's id: the feature has none.
inline constexpr std::uint64_t no_feature_id = ~std::uint64_t{0};

struct MvtFeature {
    std::uint64_t              id  = 0;
    std::size_t                row = 0;  ///< of the layer's attributes
    std::vector<std::uint32_t> commands{};
};

/// One layer of one tile.
struct MvtLayer {
    std::string             name;
    MvtGeometry             geometry   = MvtGeometry::polygon;
    const MvtAttributes*    attributes = nullptr;
    std::vector<MvtFeature> features{};
};

/// A tile in the format of Mapbox Vector Tiles 2.1, not compressed. Layers without features are left out; empty without layers.
/// Keys and values stand once a layer, in order of first use.
[[nodiscard]] std::string encode_tile(std::span<const MvtLayer> layers, std::uint32_t extent);

/// Drawing commands of a shape, relative to the tile's top left corner `origin`. Source: MVT 2.1, clause 4.3.
[[nodiscard]] std::vector<std::uint32_t> mvt_commands(const GridPolygon& polygon, GridPoint origin);
[[nodiscard]] std::vector<std::uint32_t> mvt_commands(GridPoint point, GridPoint origin);

}  // namespace gapmap
