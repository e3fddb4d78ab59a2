#include "data/read/raster_file.h"

#include <cpl_conv.h>
#include <fmt/format.h>
#include <gdal.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "data/gdal_scope.h"
#include "data/read/spatial_ref.h"
#include "geo/core/clones.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr int     values_a_chunk = 1 << 19;
constexpr GIntBig cache_bytes    = 64 << 20;  // each block is read once; GDAL's own default would keep the whole raster

struct CloseDataset {
    void operator()(GDALDatasetH h) const noexcept { GDALClose(h); }
};
using DatasetHandle = std::unique_ptr<void, CloseDataset>;

/// A configuration option of GDAL's while it lives, in this thread; what the user has set stands.
class Configured {
public:
    Configured(const char* key, const char* value) : key_(CPLGetConfigOption(key, nullptr) == nullptr ? key : nullptr) {
        if (key_ != nullptr) CPLSetThreadLocalConfigOption(key_, value);
    }
    ~Configured() {
        if (key_ != nullptr) CPLSetThreadLocalConfigOption(key_, nullptr);
    }
    Configured(const Configured&)            = delete;
    Configured& operator=(const Configured&) = delete;

private:
    const char* key_;
};

DatasetHandle open_dataset(const std::string& path) {
    // Uncompressed GeoTIFFs are mapped and copied from there instead of through the block cache. Grids in text have more digits than a float, GDAL's choice for them.
    const Configured mapped("GTIFF_VIRTUAL_MEM_IO", "YES"), doubles("AAIGRID_DATATYPE", "Float64");
    return DatasetHandle(GDALOpenEx(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY, nullptr, nullptr, nullptr));
}

std::optional<double> no_data_of(GDALRasterBandH band) {
    int        has  = 0;
    const auto type = GDALGetRasterDataType(band);
    double     value = 0;
    if (type == GDT_Int64) value = static_cast<double>(GDALGetRasterNoDataValueAsInt64(band, &has));
    else if (type == GDT_UInt64) value = static_cast<double>(GDALGetRasterNoDataValueAsUInt64(band, &has));
    else value = GDALGetRasterNoDataValue(band, &has);
    return has != 0 ? std::optional(value) : std::nullopt;
}

bool is_signed_byte(GDALRasterBandH band) {
    const char* kind = GDALGetMetadataItem(band, "PIXELTYPE", "IMAGE_STRUCTURE");
    return kind != nullptr && std::string_view(kind) == "SIGNEDBYTE";
}

/// How stored values become values.
struct Meaning {
    double no_data = std::numeric_limits<double>::quiet_NaN();  ///< as stored, rounded to the type; NaN: no such value
    double scale = 1, offset = 0;
    bool   signed_byte = false, scaled = false, mask = false;
};

/// A value is what remains when no data, infinities and NaN are one NaN.
template <class Value>
[[gnu::always_inline]] inline void clean(Value* values, std::size_t n, Value no_data) {
    constexpr Value none = std::numeric_limits<Value>::quiet_NaN(), most = std::numeric_limits<Value>::max();
    for (std::size_t i = 0; i < n; ++i) values[i] = std::abs(values[i]) <= most && values[i] != no_data ? values[i] : none;
}
GAPMAP_CLONES void clean_values(float* values, std::size_t n, float no_data) { clean(values, n, no_data); }
GAPMAP_CLONES void clean_values(double* values, std::size_t n, double no_data) { clean(values, n, no_data); }

template <class Value>
void interpret(Value* values, std::size_t n, const Meaning& m) {
    if (m.signed_byte) {
        for (std::size_t i = 0; i < n; ++i) values[i] = values[i] > 127 ? values[i] - 256 : values[i];
    }
    clean_values(values, n, static_cast<Value>(m.no_data));
    if (!m.scaled) return;
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<Value>(m.scale * static_cast<double>(values[i]) + m.offset);
}

template <class Value>
constexpr GDALDataType gdal_type = std::is_same_v<Value, float> ? GDT_Float32 : GDT_Float64;

}  // namespace

struct RasterFile::Handles {
    Meaning meaning;
    int     block_width = 1;
    bool    parallel    = false;

    /// A handle that no other thread uses; null where the file cannot be opened any more.
    DatasetHandle take(const std::string& path) {
        {
            const std::lock_guard lock(guard_);
            if (!free_.empty()) {
                DatasetHandle out = std::move(free_.back());
                free_.pop_back();
                return out;
            }
        }
        return open_dataset(path);
    }
    void give(DatasetHandle handle) {
        const std::lock_guard lock(guard_);
        free_.push_back(std::move(handle));
    }

private:
    std::mutex                 guard_;
    std::vector<DatasetHandle> free_;
};

RasterFile::RasterFile(const std::string& path, int band) : path_(path), band_(band), handles_(std::make_unique<Handles>()) {
    GdalScope messages;
    if (std::getenv("GDAL_CACHEMAX") == nullptr) GDALSetCacheMax64(cache_bytes);
    DatasetHandle dataset = open_dataset(path);
    if (!dataset) {
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored) && path.find(':') == std::string::npos && !path.starts_with("/vsi")) throw InputError("there is no such file", {path});
        throw InputError(fmt::format("is not a raster file that can be read{}{}", messages.text().empty() ? "" : ": ", messages.text()), {path});
    }
    info_.width  = GDALGetRasterXSize(dataset.get());
    info_.height = GDALGetRasterYSize(dataset.get());
    info_.bands  = GDALGetRasterCount(dataset.get());
    if (info_.bands == 0) throw InputError("holds no band of values; name one of its parts as GDAL does (gdalinfo lists SUBDATASETS)", {path});
    if (band < 1 || band > info_.bands) throw InputError(fmt::format("has no band {}; it has {}", band, info_.bands), {path});
    if (GDALGetGeoTransform(dataset.get(), info_.transform.data()) != CE_None) throw InputError("does not say where it lies (no geotransform); georeference it first", {path});
    const auto& t = info_.transform;
    if (!std::isfinite(t[0]) || !std::isfinite(t[3]) || !(std::abs(t[1] * t[5] - t[2] * t[4]) > 0)) throw InputError("has cells without an area (see its geotransform)", {path});
    info_.crs = crs_of(GDALGetSpatialRef(dataset.get()));
    const GDALRasterBandH values = GDALGetRasterBand(dataset.get(), band);
    const GDALDataType    type   = GDALGetRasterDataType(values);
    if (GDALDataTypeIsComplex(type) != 0) throw InputError(fmt::format("band {} holds complex numbers; real numbers are needed", band), {path});
    info_.type   = GDALGetDataTypeName(type);
    int has      = 0;
    info_.scale  = GDALGetRasterScale(values, &has);
    info_.offset = GDALGetRasterOffset(values, &has);
    Meaning& m   = handles_->meaning;
    m.scale      = info_.scale;
    m.offset     = info_.offset;
    m.scaled     = m.scale != 1 || m.offset != 0;
    m.no_data    = no_data_of(values).value_or(std::numeric_limits<double>::quiet_NaN());
    // A float cannot hold what a writer gave in doubles: the nearest float is meant.
    if (type == GDT_Float32 && std::abs(m.no_data) <= std::numeric_limits<float>::max()) m.no_data = static_cast<double>(static_cast<float>(m.no_data));
    m.signed_byte = is_signed_byte(values);
    const int mask = GDALGetMaskFlags(values);
    m.mask         = (mask & GMF_ALL_VALID) == 0 && (mask & (GMF_PER_DATASET | GMF_ALPHA)) != 0;
    info_.fits_float = !m.scaled && (type == GDT_Byte || type == GDT_UInt16 || type == GDT_Int16 || type == GDT_Float32);
    GDALGetBlockSize(values, &handles_->block_width, &block_rows_);
    const char* driver = GDALGetDriverShortName(GDALGetDatasetDriver(dataset.get()));
    handles_->parallel = driver != nullptr && std::string_view(driver) == "GTiff";
    handles_->give(std::move(dataset));
}

RasterFile::~RasterFile() = default;

int RasterFile::strip_rows(std::size_t bytes, std::size_t row_bytes) const noexcept {
    const std::size_t blocks = std::max<std::size_t>(1, bytes / std::max<std::size_t>(1, row_bytes) / static_cast<std::size_t>(block_rows_));
    return static_cast<int>(std::min(blocks * static_cast<std::size_t>(block_rows_), static_cast<std::size_t>(info_.height)));
}

template <class Value>
void RasterFile::read_piece(const RasterWindow& piece, Value* to, std::size_t stride) {
    const Meaning& meaning = handles_->meaning;
    GdalScope      messages;
    DatasetHandle  dataset = handles_->take(path_);
    if (!dataset) throw InputError(fmt::format("cannot be opened again: {}", messages.text()), {path_});
    const GDALRasterBandH band = GDALGetRasterBand(dataset.get(), band_);
    const auto            width = static_cast<std::size_t>(piece.width), height = static_cast<std::size_t>(piece.height);
    std::vector<GByte>    mask(meaning.mask ? width * height : 0);
    const auto read_band = [&](GDALRasterBandH from, void* at, GDALDataType type, std::size_t step) {
        return GDALRasterIO(from, GF_Read, piece.column, piece.row, piece.width, piece.height, at, piece.width, piece.height, type, 0, static_cast<int>(step)) == CE_None;
    };
    if (!read_band(band, to, gdal_type<Value>, stride * sizeof(Value)) || (meaning.mask && !read_band(GDALGetMaskBand(band), mask.data(), GDT_Byte, width))) {
        throw InputError(fmt::format("cannot be read to its end (rows {} to {}): {}", piece.row + 1, piece.row + piece.height, messages.text()), {path_});
    }
    handles_->give(std::move(dataset));
    for (std::size_t y = 0; y < height; ++y) {
        Value* const row = to + y * stride;
        interpret(row, width, meaning);
        for (std::size_t x = 0; meaning.mask && x < width; ++x) {
            if (mask[y * width + x] == 0) row[x] = std::numeric_limits<Value>::quiet_NaN();
        }
    }
}

/// In pieces of whole blocks, counted from the raster's own corner: no block is decoded twice.
template <class Value>
void RasterFile::read_values(const RasterWindow& w, std::span<Value> to, const Execution& exec) {
    GEO_EXPECTS(w.column >= 0 && w.row >= 0 && w.width > 0 && w.height > 0 && w.column + w.width <= info_.width && w.row + w.height <= info_.height);
    GEO_EXPECTS(to.size() == static_cast<std::size_t>(w.width) * static_cast<std::size_t>(w.height));
    const int high = block_rows_ * std::max(1, values_a_chunk / std::max(1, std::min(values_a_chunk, block_rows_ * w.width)));
    const int wide = handles_->block_width * std::max(1, values_a_chunk / high / handles_->block_width);
    std::vector<RasterWindow> pieces;
    for (int y = w.row; y < w.row + w.height; y = (y / high + 1) * high) {
        for (int x = w.column; x < w.column + w.width; x = (x / wide + 1) * wide) {
            pieces.push_back({x, y, std::min(w.column + w.width, (x / wide + 1) * wide) - x, std::min(w.row + w.height, (y / high + 1) * high) - y});
        }
    }
    Execution readers = exec;
    if (!handles_->parallel) readers.threads = 1;
    const auto stride = static_cast<std::size_t>(w.width);
    parallel_chunks(readers, pieces.size(), 1, [&](std::size_t k, std::size_t) {
        const RasterWindow& piece = pieces[k];
        read_piece(piece, to.data() + static_cast<std::size_t>(piece.row - w.row) * stride + static_cast<std::size_t>(piece.column - w.column), stride);
    });
}

void RasterFile::read(const RasterWindow& window, std::span<float> to, const Execution& exec) {
    GEO_EXPECTS(info_.fits_float);
    read_values(window, to, exec);
}
void RasterFile::read(const RasterWindow& window, std::span<double> to, const Execution& exec) { read_values(window, to, exec); }

}  // namespace gapmap
