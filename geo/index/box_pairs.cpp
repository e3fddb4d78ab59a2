#include "geo/index/box_pairs.h"

#include <algorithm>

namespace gapmap {
namespace {

template <class Space>
struct Entry {
    Box<Space>    box;
    std::uint32_t row;
    bool          second;  ///< a row of the second column
};

template <class Space>
void add_rows(const PolygonsView<Space>& polygons, bool second, std::vector<Entry<Space>>& out) {
    for (std::size_t r = 0; r < polygons.size(); ++r) {
        const Box<Space> box = polygon_box(polygons, r);
        if (!box.is_empty()) out.push_back({box, static_cast<std::uint32_t>(r), second});
    }
}

/// Calls `found(earlier, later)` for each pair of boxes that meet.
template <class Space, class Found>
void sweep(std::vector<Entry<Space>>& entries, const Found& found) {
    std::ranges::sort(entries, [](const auto& a, const auto& b) { return a.box.x_min < b.box.x_min; });
    std::vector<const Entry<Space>*> open;
    for (const Entry<Space>& entry : entries) {
        std::erase_if(open, [&](const auto* other) { return other->box.x_max < entry.box.x_min; });
        for (const auto* other : open) {
            if (other->box.y_min <= entry.box.y_max && entry.box.y_min <= other->box.y_max) found(*other, entry);
        }
        open.push_back(&entry);
    }
}

}  // namespace

template <class Space>
std::vector<RowPair> box_pairs(const PolygonsView<Space>& polygons) {
    std::vector<Entry<Space>> entries;
    add_rows(polygons, false, entries);
    std::vector<RowPair> pairs;
    sweep(entries, [&](const auto& a, const auto& b) { pairs.push_back(std::minmax({a.row, b.row})); });
    std::ranges::sort(pairs);
    return pairs;
}

template <class Space>
std::vector<RowPair> box_pairs(const PolygonsView<Space>& a, const PolygonsView<Space>& b) {
    std::vector<Entry<Space>> entries;
    add_rows(a, false, entries);
    add_rows(b, true, entries);
    std::vector<RowPair> pairs;
    sweep(entries, [&](const auto& one, const auto& other) {
        if (one.second != other.second) pairs.emplace_back(one.second ? other.row : one.row, one.second ? one.row : other.row);
    });
    std::ranges::sort(pairs);
    return pairs;
}

Partners::Partners(const std::vector<RowPair>& pairs, std::size_t rows) : first_(rows + 1, 0) {
    for (const RowPair& pair : pairs) {
        ++first_[pair.first + 1];
        second_.push_back(pair.second);
    }
    for (std::size_t r = 0; r < rows; ++r) first_[r + 1] += first_[r];
}

template std::vector<RowPair> box_pairs(const PolygonsView<Lonlat>&);
template std::vector<RowPair> box_pairs(const PolygonsView<Planar>&);
template std::vector<RowPair> box_pairs(const PolygonsView<Lonlat>&, const PolygonsView<Lonlat>&);
template std::vector<RowPair> box_pairs(const PolygonsView<Planar>&, const PolygonsView<Planar>&);

}  // namespace gapmap
