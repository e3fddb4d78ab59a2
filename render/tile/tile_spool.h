#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "geo/core/hash128.h"
#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_reuse.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Finished tiles in the order in which they came, until they can be put into a sink in theirs. In memory up to a bound, then in a nameless temporary file.
class TileSpool {
public:
    TileSpool(const TileMatrixSet& set, std::size_t memory_bytes) : order_(set), room_(memory_bytes) {}

    /// From any thread. Throws OutputError where the temporary file cannot be written.
    void put(TileId tile, const Hash128& inputs, std::string&& bytes);
    /// To the sink, by rising tile_order(); `earlier`, where given, is told what each was made of. Empties the spool.
    void drain(TileSink& sink, EarlierTiles* earlier = nullptr);

private:
    struct CloseFile {
        void operator()(std::FILE* f) const noexcept { std::fclose(f); }
    };
    struct Entry {
        std::uint64_t number = 0;
        Hash128       inputs{};
        std::string   bytes{};             ///< empty: in the file
        std::uint64_t offset = 0, size = 0;
    };
    TileOrder                             order_;
    std::mutex                            guard_;
    std::size_t                           room_;
    std::uint64_t                         written_ = 0;
    std::vector<Entry>                    entries_;
    std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace gapmap
