// Times image tiles of a raster file: bench_image_tiles RASTER OUT.pmtiles [THREADS [COMPRESSION [png|webp_lossless|webp_lossy]]]
// Prints the wall time of reading, resampling and encoding, that of writing, and a line a level.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "data/read/raster_source.h"
#include "data/tile/pmtiles_write.h"
#include "geo/core/error.h"
#include "render/tile/image_tiles.h"

int main(int count, char** words) {
    using namespace gapmap;
    if (count < 3) return 2;
    try {
        const auto       start = std::chrono::steady_clock::now();
        const auto       spent = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
        const Execution  exec{.threads = count > 3 ? static_cast<unsigned>(std::atoi(words[3])) : 2U};
        ImageTileOptions options{.name = "bench"};
        if (count > 4) options.compression = std::atoi(words[4]);
        if (count > 5) options.format = std::string(words[5]) == "webp_lossy" ? ImageFormat::webp_lossy : std::string(words[5]) == "webp_lossless" ? ImageFormat::webp_lossless : ImageFormat::png;
        const auto                    source = open_raster_source(words[1]);
        PmtilesWriter                 out(words[2]);
        std::vector<ImageLevelReport> levels;
        const TileSetInfo             info = build_image_tiles(*source, options, out, exec, &levels);
        const double                  made = spent();
        out.finish(info);
        std::printf("made %.2f s, finished %.2f s\n", made, spent());
        std::uint64_t tiles = 0, bytes = 0;
        for (const ImageLevelReport& l : levels) {
            std::printf("z%-2d %6llu tiles %6llu indexed %9llu bytes, largest %llu\n", l.zoom, static_cast<unsigned long long>(l.tiles), static_cast<unsigned long long>(l.indexed),
                        static_cast<unsigned long long>(l.bytes), static_cast<unsigned long long>(l.largest));
            tiles += l.tiles;
            bytes += l.bytes;
        }
        std::printf("all %6llu tiles %.1f MB\n", static_cast<unsigned long long>(tiles), static_cast<double>(bytes) / 1e6);
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return error.exit_code();
    }
    return 0;
}
