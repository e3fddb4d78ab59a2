#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/tile/content_index.h"
#include "data/tile/pmtiles_format.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Writes one PMTiles file (version 3): clustered, each content once, runs of equal neighbours as one entry, leaf directories
/// where the root would outgrow its 16 KiB. The file appears whole with finish(). Errors are OutputError (a full disk).
/// Memory: one entry a tile and one hash a content; the tiles themselves wait in a file beside the target.
class PmtilesWriter final : public TileSink {
public:
    explicit PmtilesWriter(const std::filesystem::path& target);
    ~PmtilesWriter() override;
    PmtilesWriter(const PmtilesWriter&)            = delete;
    PmtilesWriter& operator=(const PmtilesWriter&) = delete;

    void put(TileId tile, std::string_view bytes) override;
    void finish(const TileSetInfo& info) override;

private:
    struct Content {
        std::uint64_t offset = 0;
        std::uint32_t length = 0;
    };
    [[noreturn]] void           fail(int reason) const;
    void                        write(int file, std::string_view bytes) const;
    void                        flush();
    [[nodiscard]] bool          equals(const Content& content, std::string_view bytes) const;
    [[nodiscard]] PmtilesHeader header_for(const TileSetInfo& info) const;
    void                        copy_tiles(int to) const;

    std::filesystem::path     target_, whole_path_;
    int                       tiles_ = -1, whole_ = -1;  // open files; -1: none
    std::string               waiting_;                  // tiles not yet in the file
    std::vector<PmtilesEntry> entries_;
    ContentIndex<Content>     contents_;
    std::uint64_t             flushed_ = 0, addressed_ = 0, distinct_ = 0;
};

}  // namespace gapmap
