#include "data/read/raster_source.h"

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
#include "data/read/raster_file.h"
#include "data/read/spatial_ref.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

struct CloseDataset {
    void operator()(GDALDatasetH h) const noexcept { GDALClose(h); }
};
using DatasetHandle = std::unique_ptr<void, CloseDataset>;

DatasetHandle open_raster(const std::string& path) { return DatasetHandle(GDALOpenEx(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY, nullptr, nullptr, nullptr)); }

/// How bands make a picture.
struct Picture {
    enum Form { grey, rgb, palette };
    Form                              form = grey;
    std::vector<int>                  bands{};           ///< of colour: one or three
    int                               opacity_band = 0;  ///< 0: none
    GDALDataType                      type = GDT_Byte;
    bool                              mask = false;      ///< opacity is what GDAL's mask says
    std::vector<std::optional<double>> no_data{};        ///< a band of colour
    std::vector<std::uint32_t>        colours{};         ///< of a palette, red in the lowest byte
};

GDALRasterBandH band_of(GDALDatasetH dataset, int band) { return GDALGetRasterBand(dataset, band); }

std::optional<double> no_data_of(GDALRasterBandH band) {
    int          has   = 0;
    const double value = GDALGetRasterNoDataValue(band, &has);
    return has != 0 ? std::optional(value) : std::nullopt;
}

std::vector<std::uint32_t> table_of(GDALRasterBandH band) {
    std::vector<std::uint32_t> out;
    const GDALColorTableH      table = GDALGetRasterColorTable(band);
    for (int i = 0; table != nullptr && i < GDALGetColorEntryCount(table); ++i) {
        GDALColorEntry e{};
        GDALGetColorEntryAsRGB(table, i, &e);
        const auto byte = [](short v) { return static_cast<std::uint32_t>(std::clamp<int>(v, 0, 255)); };
        out.push_back(byte(e.c4) == 0 ? 0 : byte(e.c1) | byte(e.c2) << 8 | byte(e.c3) << 16 | byte(e.c4) << 24);
    }
    return out;
}

/// Nothing where the bands are no picture.
std::optional<Picture> picture_of(GDALDatasetH dataset) {
    const int  bands = GDALGetRasterCount(dataset);
    const auto type  = [&](int b) { return GDALGetRasterDataType(band_of(dataset, b)); };
    const auto means = [&](int b) { return GDALGetRasterColorInterpretation(band_of(dataset, b)); };
    Picture    out;
    out.type = type(1);
    if (out.type != GDT_Byte && out.type != GDT_UInt16) return std::nullopt;
    for (int b = 2; b <= bands; ++b) {
        if (type(b) != out.type) return std::nullopt;
    }
    if (bands == 1 && GDALGetRasterColorTable(band_of(dataset, 1)) != nullptr) {
        out.form    = Picture::palette;
        out.bands   = {1};
        out.colours = table_of(band_of(dataset, 1));
    } else if (bands == 1 && out.type == GDT_Byte) {
        out.bands = {1};
    } else if (bands == 2 && (means(2) == GCI_AlphaBand || means(1) == GCI_GrayIndex)) {
        out.bands        = {1};
        out.opacity_band = 2;
    } else if (bands == 3 || bands == 4) {
        const bool stated = means(1) == GCI_RedBand && means(2) == GCI_GreenBand && means(3) == GCI_BlueBand;
        if (!stated && !(out.type == GDT_Byte && means(1) != GCI_PaletteIndex)) return std::nullopt;
        out.form         = Picture::rgb;
        out.bands        = {1, 2, 3};
        out.opacity_band = bands == 4 ? 4 : 0;
    } else {
        return std::nullopt;
    }
    for (const int b : out.bands) out.no_data.push_back(no_data_of(band_of(dataset, b)));
    const int flags = GDALGetMaskFlags(band_of(dataset, 1));
    out.mask        = out.opacity_band == 0 && (flags & GMF_ALL_VALID) == 0 && (flags & GMF_PER_DATASET) != 0;
    return out;
}

/// The band of opacity where it is of a type that GDAL makes no mask of; 0: there is none.
int wide_alpha_of(GDALDatasetH dataset) {
    for (int b = 2; b <= GDALGetRasterCount(dataset); ++b) {
        const GDALRasterBandH band = band_of(dataset, b);
        const GDALDataType    type = GDALGetRasterDataType(band);
        if (GDALGetRasterColorInterpretation(band) == GCI_AlphaBand && type != GDT_Byte && type != GDT_UInt16) return b;
    }
    return 0;
}

class FileSource final : public CellSource {
public:
    FileSource(const std::string& path, const RasterSourceOptions& options) : path_(path) {
        values_ = std::make_unique<RasterFile>(path, std::max(1, options.band));  // says what is wrong with the file
        if (std::getenv("GDAL_CACHEMAX") == nullptr) GDALSetCacheMax64(static_cast<GIntBig>(options.cache_bytes));
        const RasterInfo& about = values_->info();
        GdalScope         messages;
        DatasetHandle     dataset = open_raster(path);
        if (!dataset) throw InputError(fmt::format("cannot be opened: {}", messages.text()), {path});
        const GDALRasterBandH first = band_of(dataset.get(), std::max(1, options.band));
        if (options.band == 0) picture_ = picture_of(dataset.get());
        info_ = {.name = path, .crs = about.crs.empty() ? options.crs : about.crs, .width = about.width, .height = about.height, .transform = about.transform, .type = about.type};
        if (info_.crs.empty()) throw InputError("states no coordinate system; say which with --crs", {path});
        info_.has_colours = picture_.has_value();
        info_.has_values  = !picture_ || picture_->form != Picture::rgb;
        info_.classes     = (picture_ && picture_->form == Picture::palette) || GDALGetRasterCategoryNames(first) != nullptr;
        alpha_band_ = picture_ ? 0 : wide_alpha_of(dataset.get());
        GDALGetBlockSize(first, &info_.block_width, &info_.block_height);
        const char* driver = GDALGetDriverShortName(GDALGetDatasetDriver(dataset.get()));
        parallel_          = driver != nullptr && std::string_view(driver) == "GTiff";
        free_.push_back(std::move(dataset));
    }

    [[nodiscard]] const CellSourceInfo& info() const override { return info_; }

    void read_values(const CellBlock& b, std::span<float> to) override {
        GEO_EXPECTS(info_.has_values && to.size() == b.cells());
        std::unique_lock lock(one_at_a_time_, std::defer_lock);
        if (!parallel_) lock.lock();
        const RasterWindow window{b.column, b.row, b.width, b.height};
        if (values_->info().fits_float) {
            values_->read(window, to, {});
            return hide_transparent(b, to);
        }
        std::vector<double> wide(to.size());
        values_->read(window, std::span(wide), {});
        static constexpr double most = std::numeric_limits<float>::max();
        std::ranges::transform(wide, to.begin(), [](double v) { return static_cast<float>(std::clamp(v, -most, most)); });  // NaN stays
        hide_transparent(b, to);
    }

    void read_colours(const CellBlock& b, std::span<std::uint8_t> to) override {
        GEO_EXPECTS(picture_ && to.size() == 4 * b.cells());
        std::unique_lock lock(one_at_a_time_, std::defer_lock);
        if (!parallel_) lock.lock();
        GdalScope     messages;
        DatasetHandle dataset = take();
        if (!dataset) throw InputError(fmt::format("cannot be opened again: {}", messages.text()), {path_});
        const bool fine = picture_->type == GDT_Byte && picture_->form != Picture::palette ? read_bytes(dataset.get(), b, to) : read_wide(dataset.get(), b, to);
        if (!fine) throw InputError(fmt::format("cannot be read to its end (rows {} to {}): {}", b.row + 1, b.row + b.height, messages.text()), {path_});
        const std::lock_guard guard(guard_);
        free_.push_back(std::move(dataset));
    }

private:
    /// No data where the band of opacity says 0.
    void hide_transparent(const CellBlock& b, std::span<float> values) {
        if (alpha_band_ == 0) return;
        GdalScope          messages;
        DatasetHandle      dataset = take();
        std::vector<float> opacity(b.cells());
        if (!dataset || !read_bands(dataset.get(), b, opacity.data(), GDT_Float32, {alpha_band_}, 4, 4)) throw InputError(fmt::format("its band of opacity cannot be read: {}", messages.text()), {path_});
        for (std::size_t i = 0; i < opacity.size(); ++i) {
            if (!(opacity[i] > 0)) values[i] = std::numeric_limits<float>::quiet_NaN();
        }
        const std::lock_guard guard(guard_);
        free_.push_back(std::move(dataset));
    }
    DatasetHandle take() {
        {
            const std::lock_guard guard(guard_);
            if (!free_.empty()) {
                DatasetHandle out = std::move(free_.back());
                free_.pop_back();
                return out;
            }
        }
        return open_raster(path_);
    }

    static bool read_bands(GDALDatasetH dataset, const CellBlock& b, void* to, GDALDataType type, std::vector<int> bands, int pixel, int band) {
        return GDALDatasetRasterIOEx(dataset, GF_Read, b.column, b.row, b.width, b.height, to, b.width, b.height, type, static_cast<int>(bands.size()), bands.data(), pixel,
                                     static_cast<GSpacing>(pixel) * b.width, band, nullptr) == CE_None;
    }

    /// Opacity 0 where the mask says so.
    static bool apply_mask(GDALDatasetH dataset, const CellBlock& b, std::span<std::uint8_t> to) {
        std::vector<std::uint8_t> mask(b.cells());
        if (GDALRasterIO(GDALGetMaskBand(band_of(dataset, 1)), GF_Read, b.column, b.row, b.width, b.height, mask.data(), b.width, b.height, GDT_Byte, 0, 0) != CE_None) return false;
        for (std::size_t i = 0; i < mask.size(); ++i) {
            if (mask[i] == 0) std::fill_n(to.begin() + static_cast<std::ptrdiff_t>(4 * i), 4, std::uint8_t{0});
        }
        return true;
    }

    bool read_bytes(GDALDatasetH dataset, const CellBlock& b, std::span<std::uint8_t> to) const {
        std::vector<int> bands = picture_->bands;
        if (bands.size() == 1) bands = {bands[0], bands[0], bands[0]};
        const bool opaque = picture_->opacity_band == 0;
        if (opaque) std::ranges::fill(to, std::uint8_t{255});
        else bands.push_back(picture_->opacity_band);
        if (!read_bands(dataset, b, to.data(), GDT_Byte, bands, 4, 1)) return false;
        if (opaque && std::ranges::all_of(picture_->no_data, [](const auto& v) { return v.has_value(); })) {
            const auto value = [&](std::size_t k) { return *picture_->no_data[std::min(k, picture_->no_data.size() - 1)]; };
            for (std::size_t i = 0; i < to.size(); i += 4) {
                if (to[i] == value(0) && to[i + 1] == value(1) && to[i + 2] == value(2)) std::fill_n(to.begin() + static_cast<std::ptrdiff_t>(i), 4, std::uint8_t{0});
            }
        }
        return !picture_->mask || apply_mask(dataset, b, to);
    }

    /// 16 bits, and palettes.
    bool read_wide(GDALDatasetH dataset, const CellBlock& b, std::span<std::uint8_t> to) const {
        std::vector<int> bands = picture_->bands;
        if (picture_->opacity_band != 0) bands.push_back(picture_->opacity_band);
        const std::size_t          n = bands.size();
        std::vector<std::uint16_t> wide(n * b.cells());
        if (!read_bands(dataset, b, wide.data(), GDT_UInt16, bands, static_cast<int>(2 * n), 2)) return false;
        for (std::size_t i = 0; i < b.cells(); ++i) {
            const std::uint16_t* v   = wide.data() + n * i;
            std::uint8_t* const  out = to.data() + 4 * i;
            if (is_no_data(v)) std::fill_n(out, 4, std::uint8_t{0});
            else if (picture_->form == Picture::palette) put_palette(*v, out);
            else {
                const auto byte = [](std::uint16_t w) { return static_cast<std::uint8_t>((w * 255U + 32767U) / 65535U); };
                for (std::size_t k = 0; k < 3; ++k) out[k] = byte(v[picture_->bands.size() == 1 ? 0 : k]);
                out[3] = picture_->opacity_band != 0 ? byte(v[n - 1]) : std::uint8_t{255};
            }
        }
        return !picture_->mask || apply_mask(dataset, b, to);
    }

    [[nodiscard]] bool is_no_data(const std::uint16_t* v) const {
        if (picture_->opacity_band != 0) return false;
        for (std::size_t k = 0; k < picture_->no_data.size(); ++k) {
            if (!picture_->no_data[k] || *picture_->no_data[k] != v[k]) return false;
        }
        return true;
    }

    void put_palette(std::uint16_t v, std::uint8_t* out) const {
        if (v >= picture_->colours.size()) throw InputError(fmt::format("value {} has no colour in the file's colour table, which has {}", v, picture_->colours.size()), {path_});
        for (int k = 0; k < 4; ++k) out[k] = static_cast<std::uint8_t>(picture_->colours[v] >> (8 * k));
    }

    std::string                 path_;
    CellSourceInfo              info_;
    std::optional<Picture>      picture_;
    std::unique_ptr<RasterFile> values_;
    bool                        parallel_ = false;
    int                         alpha_band_ = 0;  ///< of values; 0: none, or GDAL's mask speaks for it
    std::mutex                  guard_, one_at_a_time_;
    std::vector<DatasetHandle>  free_;
};

}  // namespace

std::unique_ptr<CellSource> open_raster_source(const std::string& path, const RasterSourceOptions& options) { return std::make_unique<FileSource>(path, options); }

bool is_raster_file(const std::string& path) {
    GDALAllRegister();
    const DatasetHandle file = open_raster(path);
    return file != nullptr && GDALGetRasterCount(file.get()) > 0;
}

}  // namespace gapmap
