// Tile matrix sets: any bytes are a set or an InputError. A set that is written is read again as it was, and its tiles have an order that turns back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "data/tile/tile_matrix_set_json.h"
#include "geo/core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const gapmap::TileMatrixSet set = gapmap::read_tile_matrix_set({reinterpret_cast<const char*>(data), size}, "fuzz");
        if (!(gapmap::read_tile_matrix_set(gapmap::tile_matrix_set_json(set), "again") == set)) std::abort();
        const gapmap::TileOrder order(set);
        std::uint64_t           last = 0;
        for (int z = set.first_level; z <= set.last_level(); ++z) {
            const gapmap::TileMatrix& level = set.levels[static_cast<std::size_t>(z)];
            const gapmap::TileId      far{static_cast<std::uint8_t>(z), level.columns - 1, level.rows - 1};
            const std::uint64_t       first = order.number({static_cast<std::uint8_t>(z), 0, 0});
            if (!(order.tile(order.number(far)) == far) || (z > set.first_level && first <= last)) std::abort();
            last = order.number(far);
        }
    } catch (const gapmap::InputError&) {
    }
    return 0;
}
