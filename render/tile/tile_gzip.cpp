#include "render/tile/tile_gzip.h"

#include <libdeflate.h>

#include <memory>

#include "geo/core/error.h"

namespace gapmap {
namespace {

struct FreeCompressor {
    void operator()(libdeflate_compressor* c) const noexcept { libdeflate_free_compressor(c); }
};

}  // namespace

std::string gzip_tile(std::string_view bytes, int level) {
    // A compressor is a megabyte of tables and a thread packs many tiles: each thread keeps its last one.
    thread_local int                                                     kept_level = -1;
    thread_local std::unique_ptr<libdeflate_compressor, FreeCompressor> kept;
    if (kept_level != level || !kept) {
        kept.reset(libdeflate_alloc_compressor(level));
        kept_level = level;
    }
    if (!kept) throw PreconditionError("no compressor of this level");
    std::string out(libdeflate_gzip_compress_bound(kept.get(), bytes.size()), '\0');
    out.resize(libdeflate_gzip_compress(kept.get(), bytes.data(), bytes.size(), out.data(), out.size()));
    return out;
}

}  // namespace gapmap
