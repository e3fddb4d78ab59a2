#include "data/ingest/source_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace gapmap {
namespace {

constexpr std::uint64_t one_by_one = 20;  // notes of one kind that are written down a row each
constexpr std::size_t   pile       = 50;  // rows on one exact point: more than live or work in one place
constexpr std::uint64_t throughout = 5;   // a column of fewer rows has no habit

std::int64_t key_of(Point<Lonlat> at) noexcept {
    return std::llround(at.x * 1e7) * 4'000'000'000LL + std::llround(at.y * 1e7);
}

}  // namespace

bool SourceNotes::admit(const Issue& issue) {
    Kind& kind = kinds_[issue.code];
    if (++kind.count <= one_by_one) return true;
    if (kind.count == one_by_one + 1) kind.last = issue;
    return false;
}

void SourceNotes::position(std::uint64_t row, Point<Lonlat> at, const std::string& code) {
    if (std::isfinite(at.x) && std::isfinite(at.y)) spots_.push_back({key_of(at), row});
    if (code != "swapped") return;
    if (swapped_++ == 0) first_swapped_ = row;
}

std::vector<Issue> SourceNotes::finish(const std::string& position_field) {
    std::vector<Issue> out;
    for (const auto& [code, kind] : kinds_) {
        if (kind.count <= one_by_one) continue;
        const std::uint64_t more = kind.count - one_by_one;
        out.push_back({kind.last.row, kind.last.field, Fate::noted, code, fmt::format("自此行起还有 {} 行同样情况：{}", more, kind.last.detail_zh),
                       fmt::format("from here on {} more rows of the same kind: {}", more, kind.last.detail_en)});
    }
    if (swapped_ >= throughout && swapped_ == spots_.size()) {
        out.push_back({first_swapped_, position_field, Fate::noted, "swapped_throughout", fmt::format("全部 {} 行都颠倒了：多半是两列的表头写反了", swapped_),
                       fmt::format("all {} rows are swapped: the headers of the two columns probably are", swapped_)});
    }
    std::ranges::sort(spots_, {}, [](const Spot& spot) { return std::tuple(spot.key, spot.row); });
    std::vector<Issue> piles;
    for (std::size_t from = 0, to = 0; from < spots_.size(); from = to) {
        while (to < spots_.size() && spots_[to].key == spots_[from].key) ++to;
        if (to - from < pile) continue;
        piles.push_back({spots_[from].row, position_field, Fate::noted, "pile_up", fmt::format("有 {} 行的坐标与此行完全相同：多半是村中心或办公地点，而不是各自的位置", to - from),
                         fmt::format("{} rows stand on exactly this point: a centre or an office, rather than a place each", to - from)});
    }
    std::ranges::sort(piles, {}, &Issue::row);
    out.insert(out.end(), piles.begin(), piles.end());
    return out;
}

}  // namespace gapmap
