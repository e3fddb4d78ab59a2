#include "data/write/geotiff.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal.h>
#include <ogr_srs_api.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <limits>
#include <memory>

#include "data/gdal_scope.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

struct CloseDataset {
    void operator()(GDALDatasetH h) const noexcept { GDALClose(h); }
};
using DatasetHandle = std::unique_ptr<void, CloseDataset>;

/// The temporary file, gone at the end of the scope unless it was moved away.
struct RemoveAtEnd {
    fs::path path;
    ~RemoveAtEnd() {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
};

std::string wkt_of(const std::string& crs) {
    if (crs.empty() || crs == "GCJ02" || crs == "BD09") return {};
    OGRSpatialReferenceH srs = OSRNewSpatialReference(nullptr);
    char*                wkt = nullptr;
    std::string          out;
    if (OSRSetFromUserInput(srs, crs.c_str()) == OGRERR_NONE && OSRExportToWkt(srs, &wkt) == OGRERR_NONE) out = wkt;
    CPLFree(wkt);
    OSRRelease(srs);
    return out;
}

}  // namespace

void write_geotiff(const std::string& path, const Raster<Planar>& raster, const std::string& crs, const Execution& exec) {
    const Grid<Planar>& g = raster.grid;
    GEO_EXPECTS(raster.values.size() == g.cells());
    GdalScope         messages;
    const fs::path    temporary = path + fmt::format(".{}.part", ::getpid());
    const RemoveAtEnd clean_up{temporary};
    const auto        check = [&](bool ok) {
        if (ok && !messages.failed()) return;
        throw OutputError(fmt::format("cannot be written: {}; the previous file, if any, is unchanged", messages.text()), {path});
    };
    {
        const std::string threads = fmt::format("NUM_THREADS={}", exec.threads);
        const std::array<const char*, 7> options{"TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1", "BIGTIFF=IF_SAFER", "SPARSE_OK=FALSE", threads.c_str(), nullptr};
        const DatasetHandle dataset(GDALCreate(GDALGetDriverByName("GTiff"), temporary.c_str(), g.width, g.height, 1, GDT_Float32, options.data()));
        check(dataset != nullptr);
        std::array<double, 6> transform{g.x_min, g.cell_x, 0, g.y_max, 0, -g.cell_y};
        GDALSetGeoTransform(dataset.get(), transform.data());
        if (const std::string wkt = wkt_of(crs); !wkt.empty()) GDALSetProjection(dataset.get(), wkt.c_str());
        GDALRasterBandH band = GDALGetRasterBand(dataset.get(), 1);
        GDALSetRasterNoDataValue(band, std::numeric_limits<double>::quiet_NaN());
        constexpr int rows_at_once = 256;
        for (int row = 0; row < g.height; row += rows_at_once) {
            exec.check_stop();
            const int rows = std::min(rows_at_once, g.height - row);
            // GDAL's write takes a pointer to non-const but only reads.
            auto* data = const_cast<float*>(raster.values.data()) + static_cast<std::size_t>(row) * static_cast<std::size_t>(g.width);
            check(GDALRasterIO(band, GF_Write, 0, row, g.width, rows, data, g.width, rows, GDT_Float32, 0, 0) == CE_None);
        }
    }
    check(true);  // closing writes the rest, and may fail too
    std::error_code error;
    fs::rename(temporary, path, error);
    if (error) throw OutputError(fmt::format("cannot be written: {}", error.message()), {path});
}

}  // namespace gapmap
