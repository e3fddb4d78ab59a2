// The part of RowPlacer that reads positions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/ingest/row_placer.h"
#include "data/ingest/unit_shapes.h"

namespace gapmap {
namespace {

constexpr double far_outside_m    = 1000;  // a position fix may be some hundred metres off
constexpr int    coarse_decimals  = 2;     // 0.01 degrees are about a kilometre

}  // namespace

/// The row's coordinates in the store's system. One outside the county is not believed.
void RowPlacer::locate(TypedRow& row) {
    if (!lon_ || !lat_ || !row.slots[*lon_].present || !row.slots[*lat_].present) return;
    const Position position = positions_.settle(row.slots[*lon_].number, row.slots[*lat_].number);
    if (position.fate == Position::Fate::taken) return take_position(row, position);
    differs_ = true;
    if (position.fate == Position::Fate::missing) {
        if (!ledger_.fields[*lon_].wanted) return row.note(header_of(*lon_), position.code, position.note.zh, position.note.en);
        return row.hold(header_of(*lon_), "missing", position.note.zh, position.note.en);
    }
    const bool placed_otherwise = std::ranges::any_of(unit_fields_, [&](std::size_t f) { return row.slots[f].present; });
    if (placed_otherwise && spec_.ledger == "visits") {
        // A bad position fix is no reason to lose a visit: its unit is known.
        return row.repair(header_of(*lon_), position.code, position.note.zh + "：不采用，按单元编码定位", position.note.en + ": left out, the unit code is used");
    }
    row.hold(header_of(*lon_), position.code, position.note.zh, position.note.en);
}

void RowPlacer::take_position(TypedRow& row, const Position& position) {
    location_ = position.at;
    differs_  = position.at.x != row.slots[*lon_].number || position.at.y != row.slots[*lat_].number;
    if (!position.code.empty()) row.repair(header_of(*lon_), position.code, position.note.zh, position.note.en);
    notes_.position(row.number, location_, position.code);
    note_coarse(row);
    note_distance(row);
}

void RowPlacer::note_coarse(TypedRow& row) const {
    const auto decimals = std::max(row.slots[*lon_].integer, row.slots[*lat_].integer);
    if (decimals < 0 || decimals > coarse_decimals || std::abs(row.slots[*lon_].number) > 180 || std::abs(row.slots[*lat_].number) > 180) return;
    row.note(header_of(*lon_), "coarse", "坐标只有两位小数或更少：误差约一千米", "coordinates of two decimals or fewer: good to about a kilometre");
}

/// How far outside the units that it names the row lies: kept of the finest one, said of the first that is far off.
void RowPlacer::note_distance(TypedRow& row) {
    if (!reference_.shapes) return;
    bool said = false;
    for (const std::size_t f : unit_fields_) {
        if (!row.slots[f].present) continue;
        const auto metres = reference_.shapes->metres_outside(row.slots[f].text, location_);
        if (!metres) continue;
        outside_m_ = *metres;  // the fields go from the coarsest unit to the finest
        if (said || *metres <= far_outside_m) continue;
        said = true;
        row.note(header_of(f), "far_from_unit", fmt::format("坐标在所写单元之外约 {:.1f} 千米", *metres / 1000), fmt::format("the position lies about {:.1f} km outside the unit that is named", *metres / 1000));
    }
}

}  // namespace gapmap
