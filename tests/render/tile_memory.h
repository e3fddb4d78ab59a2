#pragma once
// Tiles in memory, and an earlier build of them.
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "geo/tile/tile_reuse.h"
#include "geo/tile/tile_sink.h"

namespace tiles {

using namespace gapmap;

using Tiles = std::map<TileId, std::string>;

class MemorySink final : public TileSink {
public:
    explicit MemorySink(Tiles& tiles) : tiles_(tiles) {}
    void put(TileId tile, std::string_view bytes) override { tiles_[tile] = bytes; }
    void finish(const TileSetInfo&) override {}

private:
    Tiles& tiles_;
};

/// An earlier build held in memory.
class Remembered final : public EarlierTiles {
public:
    struct Entry {
        Hash128     inputs;
        std::string bytes;
    };
    std::map<TileId, Entry> before, now;
    std::size_t             taken = 0;

    [[nodiscard]] std::optional<std::string> find(TileId tile, const Hash128& inputs) const override {
        const auto at = before.find(tile);
        if (at == before.end() || at->second.inputs != inputs) return std::nullopt;
        return at->second.bytes;
    }
    void note(TileId tile, const Hash128& inputs, std::string_view bytes) override {
        const auto at = before.find(tile);
        taken += at != before.end() && at->second.inputs == inputs ? 1U : 0U;
        now[tile] = {inputs, std::string(bytes)};
    }
    void next_week() {
        before = std::move(now);
        now.clear();
        taken = 0;
    }
};

}  // namespace tiles
