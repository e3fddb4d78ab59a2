#include "data/tile/gzip.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "geo/core/error.h"

namespace gapmap {
namespace {

struct FreeCompressor {
    void operator()(libdeflate_compressor* c) const noexcept { libdeflate_free_compressor(c); }
};
struct FreeDecompressor {
    void operator()(libdeflate_decompressor* d) const noexcept { libdeflate_free_decompressor(d); }
};

}  // namespace

std::string gzip(std::string_view bytes, int level) {
    const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(libdeflate_alloc_compressor(level));
    if (!compressor) throw PreconditionError("no memory for a compressor");
    std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
    out.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
    return out;
}

std::string gunzip(std::string_view bytes, std::size_t max_bytes) {
    const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(libdeflate_alloc_decompressor());
    if (!decompressor) throw PreconditionError("no memory for a decompressor");
    // The size in the trailer cannot be trusted: the buffer grows only as far as the data really goes.
    for (std::size_t room = std::min(max_bytes, std::max<std::size_t>(4096, bytes.size() * 4));; room = std::min(max_bytes, room * 4)) {
        std::string out(room, '\0');
        std::size_t size = 0;
        switch (libdeflate_gzip_decompress(decompressor.get(), bytes.data(), bytes.size(), out.data(), out.size(), &size)) {
            case LIBDEFLATE_SUCCESS: out.resize(size); return out;
            case LIBDEFLATE_INSUFFICIENT_SPACE:
                if (room >= max_bytes) throw InputError("compressed data is larger than it may be");
                break;
            default: throw InputError("compressed data is damaged");
        }
    }
}

}  // namespace gapmap
