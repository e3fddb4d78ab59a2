#pragma once
#include <optional>
#include <string>

#include "geo/core/hash128.h"
#include "geo/tile/tile_id.h"

namespace gapmap {

/// Tiles of an earlier build. A builder fingerprints all that goes into a tile; where the earlier tile had the same fingerprint its bytes are taken over. As bytes are a function of what
/// goes in, the result is byte for byte that of a full build.
class EarlierTiles {
public:
    virtual ~EarlierTiles() = default;
    /// The bytes of the earlier tile that was made of just this. Called from many threads.
    [[nodiscard]] virtual std::optional<std::string> find(TileId tile, const Hash128& inputs) const = 0;
    /// What a tile of the new build was made of (also one that was left out for being empty: its bytes are empty). Called from one thread, in the order of the sink.
    virtual void note(TileId tile, const Hash128& inputs, std::string_view bytes) = 0;
};

}  // namespace gapmap
