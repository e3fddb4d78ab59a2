#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>

#include "data/tile/content_index.h"
#include "data/tile/sqlite_output.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Writes one MBTiles file (1.3): each content once in `images`, `tiles` is a view over `map`; rows count from the south (TMS).
/// The file appears whole with finish(). The same tiles give the same bytes. Errors are OutputError (a full disk).
class MbtilesWriter final : public TileSink {
public:
    explicit MbtilesWriter(const std::filesystem::path& target);

    void put(TileId tile, std::string_view bytes) override;
    void finish(const TileSetInfo& info) override;

private:
    struct Statements {
        SqliteOutput::Statement add_map, add_image, read_image;
    };
    SqliteOutput               file_;
    std::optional<Statements>  statements_;  // after the file: ended before it closes; none after finish()
    ContentIndex<std::int64_t> images_;
    std::int64_t               last_image_ = 0;
    int                        min_level_ = 255, max_level_ = -1;  // with tiles
};

}  // namespace gapmap
