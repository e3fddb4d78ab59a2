#pragma once
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/tile/pmtiles_format.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Writes one PMTiles file (version 3): clustered, each content once, runs of equal neighbours as one entry, leaf directories
/// where the root would outgrow its 16 KiB. The file appears whole with finish(). Errors are OutputError (a full disk).
/// Memory: one entry a tile and one digest a content; the tiles themselves wait in a file beside the target.
class PmtilesWriter final : public TileSink {
public:
    explicit PmtilesWriter(const std::filesystem::path& target);
    ~PmtilesWriter() override;
    PmtilesWriter(const PmtilesWriter&)            = delete;
    PmtilesWriter& operator=(const PmtilesWriter&) = delete;

    void put(TileId tile, std::string_view bytes) override;
    void finish(const TileSetInfo& info) override;

private:
    struct CloseFile {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

    struct Content {
        std::uint64_t offset = 0;
        std::uint32_t length = 0;
    };
    void                   write(std::FILE* file, std::string_view bytes) const;
    [[noreturn]] void      fail(int reason) const;
    [[nodiscard]] PmtilesHeader header_for(const TileSetInfo& info) const;
    void                   copy_tiles(std::FILE* to) const;

    std::filesystem::path                    target_, whole_path_;
    FileHandle                               tiles_;
    std::vector<PmtilesEntry>                entries_;
    std::unordered_map<std::string, Content> contents_;  // by SHA-256
    std::uint64_t                            tile_bytes_ = 0, addressed_ = 0;
};

}  // namespace gapmap
