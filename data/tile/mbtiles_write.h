#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Writes one MBTiles file (1.3): each content once in `images`, `tiles` is a view over `map`; rows count from the south (TMS).
/// The file appears whole with finish(). The same tiles give the same bytes. Errors are OutputError (a full disk).
class MbtilesWriter final : public TileSink {
public:
    explicit MbtilesWriter(const std::filesystem::path& target);
    ~MbtilesWriter() override;
    MbtilesWriter(const MbtilesWriter&)            = delete;
    MbtilesWriter& operator=(const MbtilesWriter&) = delete;

    void put(TileId tile, std::string_view bytes) override;
    void finish(const TileSetInfo& info) override;

private:
    struct State;
    std::filesystem::path  target_, part_path_;
    std::unique_ptr<State> state_;  // null after finish()
};

}  // namespace gapmap
