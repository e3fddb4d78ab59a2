#pragma once
#include <array>
#include <memory>
#include <span>
#include <string>

#include "geo/core/exec.h"

namespace gapmap {

/// What a raster says of itself before a value is read.
struct RasterInfo {
    std::string           crs;                      ///< "EPSG:n", WKT, or empty where it states none
    int                   width = 0, height = 0, bands = 0;
    std::array<double, 6> transform{0, 1, 0, 0, 0, 1};  ///< GDAL's: x = t0 + column t1 + row t2, y = t3 + column t4 + row t5
    std::string           type;                     ///< GDAL's name of the values' type: "Byte", "Float32"
    bool                  fits_float = false;       ///< every value of the type is a float exactly
    double                scale = 1, offset = 0;    ///< value = scale * stored + offset
};

/// A block of a raster's cells.
struct RasterWindow {
    int column = 0, row = 0, width = 0, height = 0;
};

/// One band of anything that GDAL opens as a raster, read by rows.
class RasterFile {
public:
    /// Throws InputError: no such file, not a raster, no such band, complex numbers, no place in the world, GDAL's own words.
    RasterFile(const std::string& path, int band);
    ~RasterFile();
    RasterFile(const RasterFile&)            = delete;
    RasterFile& operator=(const RasterFile&) = delete;

    [[nodiscard]] const RasterInfo& info() const noexcept { return info_; }

    /// How many rows of `row_bytes` make a strip of about `bytes`: whole blocks of the file, at least one. Strips should begin at a multiple of it.
    [[nodiscard]] int strip_rows(std::size_t bytes, std::size_t row_bytes) const noexcept;

    /// The values of a window, row by row from the file's first one. NaN is "no data": what the band's no-data value, mask or alpha says, and values that are not finite.
    /// GeoTIFFs are read by several threads at once, each with its own handle.
    void read(const RasterWindow& window, std::span<float> to, const Execution& exec);  ///< REQUIRES fits_float
    void read(const RasterWindow& window, std::span<double> to, const Execution& exec);

private:
    struct Handles;
    std::string              path_;
    int                      band_, block_rows_ = 1;
    RasterInfo               info_;
    std::unique_ptr<Handles> handles_;

    template <class Value>
    void read_values(const RasterWindow& window, std::span<Value> to, const Execution& exec);
    template <class Value>
    void read_piece(const RasterWindow& piece, Value* to, std::size_t stride);
};

}  // namespace gapmap
