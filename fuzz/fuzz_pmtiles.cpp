// PMTiles: any bytes are a file that can be read to its end, or an InputError. What is found by walking is found by looking up.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "data/tile/pmtiles_read.h"
#include "geo/core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    struct Enough {};
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        const auto entries = gapmap::parse_pmtiles_directory(bytes);
        if (gapmap::parse_pmtiles_directory(gapmap::pmtiles_directory_bytes(entries)) != entries) std::abort();
    } catch (const gapmap::InputError&) {
    }
    try {
        const gapmap::PmtilesReader reader(bytes);
        (void)reader.find({0, 0, 0});
        (void)reader.find({14, 13097, 6507});
        int left = 1000;  // a run may cover millions of tiles
        reader.for_each([&](gapmap::TileId tile, std::string_view content) {
            if (content.data() < bytes.data() || content.data() + content.size() > bytes.data() + bytes.size()) std::abort();
            const auto found = reader.find(tile);
            if (!found || found->data() != content.data()) std::abort();
            if (--left == 0) throw Enough{};
        });
        (void)reader.metadata();
    } catch (const gapmap::InputError&) {
    } catch (const Enough&) {
    }
    return 0;
}
