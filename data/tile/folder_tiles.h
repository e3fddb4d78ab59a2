#pragma once
#include <filesystem>
#include <string>
#include <unordered_set>

#include "data/tile/folder_metadata.h"
#include "data/tile/tile_sinks.h"

namespace gapmap {

/// Writes tiles as files {level}/{column}/{row}.{png,webp,mvt} with their metadata (folder_metadata.h) beside them. Vector tiles are
/// unpacked, so that a server need not be told that they are compressed.
/// Everything is written to a sibling folder that finish() puts in place in one step. Without version an older tile folder is replaced; a folder that
/// holds anything else is left alone. With a version OUT/VERSION must not exist yet; the metadata in OUT then point to it.
/// Throws UsageError for a place that is taken, OutputError for a full disk.
class FolderTilesWriter final : public TileSink {
public:
    FolderTilesWriter(const std::filesystem::path& out, const TileMatrixSet& set, TileKind kind, const TileSinkOptions& options);
    ~FolderTilesWriter() override;
    FolderTilesWriter(const FolderTilesWriter&)            = delete;
    FolderTilesWriter& operator=(const FolderTilesWriter&) = delete;

    void put(TileId tile, std::string_view bytes) override;
    void finish(const TileSetInfo& info) override;

private:
    void check_place() const;
    void write_metadata(const std::filesystem::path& folder, bool is_root) const;
    void put_in_place();

    std::filesystem::path             out_, target_, work_;  // as named, what appears, where it grows
    TileFolder                        told_;
    bool                              done_ = false;
    std::unordered_set<std::uint64_t> columns_;  // folders that exist
    std::string                       unpacked_;
};

}  // namespace gapmap
