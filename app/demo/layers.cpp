#include <fmt/format.h>

#include <cmath>

#include "app/demo/ground_steps.h"
#include "app/demo/ledgers.h"
#include "data/write/vector_file.h"

namespace gapmap::demo {
namespace {

/// A unit layer under construction: text columns, one polygon a row.
class UnitLayer {
public:
    UnitLayer(std::string name, const std::vector<std::string>& columns, const std::string& crs) {
        layer_.name = std::move(name);
        layer_.crs  = crs;
        for (const std::string& column : columns) layer_.table.columns.push_back({column, Column::Texts{}, {}});
    }
    void add_row(const std::vector<std::string>& cells) {
        for (std::size_t c = 0; c < cells.size(); ++c) std::get<Column::Texts>(layer_.table.columns[c].data).push_back(cells[c]);
    }
    void write(Journal& journal, const std::string& path, Geometry geometry, const VectorFormat& format) {
        layer_.geometry = std::move(geometry);
        write_layer(layer_, journal.folder / path, format);
        journal.files.push_back({path, layer_.rows()});
    }

private:
    Layer layer_;
};

/// Every county's copy, shifted by whole 1e-7 degrees so that shared vertices stay shared.
Polygons<Lonlat> side_by_side(const Polygons<Lonlat>& shapes, std::size_t counties) {
    Polygons<Lonlat> out;
    for (std::size_t k = 0; k < counties; ++k) {
        for (std::size_t r = 0; r < shapes.size(); ++r) {
            for (std::size_t part = shapes.rows[r]; part < shapes.rows[r + 1]; ++part) {
                for (std::size_t q = shapes.parts[part]; q < shapes.parts[part + 1]; ++q) {
                    const auto ring = shapes.view().ring(q);
                    for (std::size_t i = 0; i < ring.size(); ++i) out.push_point(round_deg(ring.x[i] + county_shift_deg * static_cast<double>(k)), ring.y[i]);
                    out.end_ring();
                }
                out.end_part();
            }
            out.end_row();
        }
    }
    return out;
}

std::string written_date() { return to_string(as_of()); }

}  // namespace

void write_layers(Journal& journal, const Ground& ground, std::size_t counties) {
    UnitLayer towns("镇界", {"编码", "名称", "上级"}, demo_crs);
    UnitLayer villages("村社区", {"编码", "名称", "上级编码", "包抓单位"}, demo_crs);
    UnitLayer grids("网格", {"网格编码", "网格名称", "上级编码", "所属村编码", "网格员编号", "启用日期"}, "EPSG:4326");
    UnitLayer buildings("楼栋", {"楼栋编码", "楼栋名称", "所属网格编码", "所属村编码", "楼栋长编号"}, demo_metric);
    for (std::size_t k = 0; k < counties; ++k) {
        for (const Town& town : ground.towns) towns.add_row({code_in_county(town.code, k), town.name, county_prefix(k) + "000000"});
        for (const Village& village : ground.villages) {
            villages.add_row({code_in_county(village.code, k), village.name, code_in_county(ground.towns[village.town].code, k), team_name(village.team)});
        }
        for (std::size_t g = 0; g < ground.grids.size(); ++g) {
            const Village& village = ground.villages[ground.grids[g].village];
            grids.add_row({code_in_county(ground.grids[g].code, k), ground.grids[g].name, code_in_county(ground.towns[village.town].code, k),
                           code_in_county(village.code, k), fmt::format("WG-{:03}", g + 1), "2021-11-01"});
        }
        for (std::size_t b = 0; b < ground.buildings.size(); ++b) {
            const Grid& grid = ground.grids[ground.buildings[b].grid];
            buildings.add_row({code_in_county(ground.buildings[b].code, k), ground.buildings[b].name, code_in_county(grid.code, k),
                               code_in_county(ground.villages[grid.village].code, k), fmt::format("LD-{:03}", b + 1)});
        }
    }
    const std::string date = written_date();
    towns.write(journal, "ledgers/镇界.shp", side_by_side(ground.town_shapes, counties), {"ESRI Shapefile", {"ENCODING=GB18030"}, date});
    villages.write(journal, "ledgers/村界.gpkg", side_by_side(ground.village_shapes, counties), {"GPKG", {}, date});
    grids.write(journal, "ledgers/网格.geojson", side_by_side(ground.grid_shapes, counties), {"GeoJSON", {"COORDINATE_PRECISION=7"}, date});
    Polygons<Planar> blocks = ground.building_shapes;
    if (counties > 1) {
        const Polygons<Lonlat> degrees = unproject(ground.building_shapes.view(), demo_metric, demo_crs);
        blocks = project(side_by_side(degrees, counties).view(), demo_crs, demo_metric);
    }
    buildings.write(journal, "ledgers/楼栋.gpkg", std::move(blocks), {"GPKG", {}, date});
}

}  // namespace gapmap::demo
