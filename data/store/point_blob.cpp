#include "data/store/point_blob.h"

#include <bit>
#include <cstring>

namespace gapmap {
namespace {

static_assert(std::endian::native == std::endian::little, "blobs are written as the machine holds numbers");

constexpr std::size_t  blob_size = 60, box_at = 6;
constexpr std::uint8_t start_mark = 0x00, little_endian = 0x01, box_end = 0x7C, end_mark = 0xFE;

}  // namespace

void set_point_blob(std::string& blob, double x, double y, std::int32_t srid) {
    constexpr std::int32_t class_point = 1;
    blob.clear();
    const auto put = [&](const auto& value) { blob.append(reinterpret_cast<const char*>(&value), sizeof value); };
    put(start_mark);
    put(little_endian);
    put(srid);
    for (const double bound : {x, y, x, y}) put(bound);
    put(box_end);
    put(class_point);
    put(x);
    put(y);
    put(end_mark);
}

Box<Lonlat> blob_box(std::string_view blob) noexcept {
    if (blob.size() < blob_size || blob[0] != static_cast<char>(start_mark) || blob[1] != static_cast<char>(little_endian)) return {};
    double bounds[4];
    std::memcpy(bounds, blob.data() + box_at, sizeof bounds);
    return {bounds[0], bounds[1], bounds[2], bounds[3]};
}

}  // namespace gapmap
