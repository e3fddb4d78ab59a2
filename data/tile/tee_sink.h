#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Gives each tile's bytes to several sinks, and counts the tiles. The sinks are not owned.
class TeeSink final : public TileSink {
public:
    explicit TeeSink(std::vector<TileSink*> sinks) : sinks_(std::move(sinks)) {}
    void put(TileId tile, std::string_view bytes) override {
        for (TileSink* sink : sinks_) sink->put(tile, bytes);
        ++tiles_;
    }
    void finish(const TileSetInfo& info) override {
        for (TileSink* sink : sinks_) sink->finish(info);
    }
    [[nodiscard]] std::int64_t tiles() const noexcept { return tiles_; }

private:
    std::vector<TileSink*> sinks_;
    std::int64_t           tiles_ = 0;
};

}  // namespace gapmap
