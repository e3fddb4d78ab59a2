// The data as OpenLayers sources, made once and shared by the map on the screen and the map on paper.
import type { Extent } from "ol/extent";
import Feature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import type Geometry from "ol/geom/Geometry";
import MultiPolygon from "ol/geom/MultiPolygon";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";
import { fromLonLat, transformExtent } from "ol/proj";
import ImageStatic from "ol/source/ImageStatic";
import VectorSource from "ol/source/Vector";
import type { Finding, FindingShape, Level, Site, Surface, Unit } from "./data";
import type { Model } from "./model";

const lonlat_to_map = { dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" };

export type Area = Feature<Polygon | MultiPolygon>;
export type Spot = Feature<Point>;

export interface Ground {
  areas: Map<Level, VectorSource<Area>>;
  area_of: Map<string, Area>;
  sites: VectorSource<Spot>;
  surfaces: Map<string, ImageStatic>;
  extent: [number, number, number, number];
}

export const unit_of = (area: Area): Unit => area.get("unit") as Unit;
export const site_of = (spot: Spot): Site => spot.get("site") as Site;
export const shape_of = (area: Area): Polygon | MultiPolygon => area.getGeometry() as Polygon | MultiPolygon;
export const extent_of = (area: Area): Extent => shape_of(area).getExtent();
/** A point inside the area: where its name, lock or dot is drawn. */
export const middle_of = (area: Area): Point => area.get("middle") as Point;

function middle(geometry: Polygon | MultiPolygon): Point {
  if (geometry instanceof Polygon) return new Point(geometry.getInteriorPoint().getCoordinates().slice(0, 2));
  let best: number[] = [0, 0, -1];   // x, y, width of the part there
  for (const c of geometry.getInteriorPoints().getCoordinates()) if ((c[2] ?? 0) > (best[2] ?? 0)) best = c;
  return new Point(best.slice(0, 2));
}

function make_area(unit: Unit, format: GeoJSON): Area {
  const geometry = format.readGeometry(unit.geometry, lonlat_to_map) as Polygon | MultiPolygon;
  const area: Area = new Feature({ geometry });
  area.set("unit", unit, true);
  area.set("middle", middle(geometry), true);
  return area;
}

function make_spot(site: Site): Spot {
  const spot: Spot = new Feature({ geometry: new Point(fromLonLat([site.lon, site.lat])) });
  spot.set("site", site, true);
  return spot;
}

export function make_ground(model: Model): Ground {
  const format = new GeoJSON();
  const areas = new Map<Level, VectorSource<Area>>();
  const area_of = new Map<string, Area>();
  for (const [level, units] of model.ranked) {
    const features = units.map((unit) => make_area(unit, format));
    for (const area of features) area_of.set(unit_of(area).code, area);
    areas.set(level, new VectorSource({ features }));
  }
  const surfaces = new Map(model.data.surfaces.map((surface) => [surface.id as string, new ImageStatic({
    url: surface.image,
    imageExtent: transformExtent(surface.extent, "EPSG:4326", "EPSG:3857"),
    projection: "EPSG:3857",
  })]));
  const extent = transformExtent(model.data.extent, "EPSG:4326", "EPSG:3857") as [number, number, number, number];
  return { areas, area_of, sites: new VectorSource({ features: model.data.sites.map(make_spot) }), surfaces, extent };
}

/** True where the site is open on the day (ISO dates; a site with no opening date was always there). */
export function is_open(site: Site, day: string): boolean {
  return (site.opened ?? "") <= day && (!site.closed || site.closed > day);
}

const shape_sources = new WeakMap<Finding, VectorSource>();
const contour_sources = new WeakMap<Surface, VectorSource>();

/** The shapes of a finding, read when they are first asked for; each feature carries its `shape`. */
export function shapes_of(finding: Finding): VectorSource {
  const known = shape_sources.get(finding);
  if (known) return known;
  const format = new GeoJSON();
  const features = finding.shapes.map((shape) => {
    const feature = new Feature(format.readGeometry(shape.geometry, lonlat_to_map) as Geometry);
    feature.set("shape", shape, true);
    return feature;
  });
  const source = new VectorSource({ features });
  shape_sources.set(finding, source);
  return source;
}

export const shape_record = (feature: { get(key: string): unknown }): FindingShape => feature.get("shape") as FindingShape;

/** The lines of equal p of a surface. */
export function contours_of(surface: Surface): VectorSource {
  const known = contour_sources.get(surface);
  if (known) return known;
  const source = new VectorSource({ features: new GeoJSON().readFeatures({ type: "FeatureCollection", features: surface.contours ?? [] }, lonlat_to_map) });
  contour_sources.set(surface, source);
  return source;
}
