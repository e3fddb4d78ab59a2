// The map on the screen: view, pointer, tooltip, and its ties to the state.
import type { Coordinate } from "ol/coordinate";
import { boundingExtent, buffer, getArea, getHeight, getWidth, type Extent } from "ol/extent";
import ScaleLine from "ol/control/ScaleLine";
import { defaults as default_interactions } from "ol/interaction/defaults";
import OlMap from "ol/Map";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import { fromLonLat, toLonLat } from "ol/proj";
import View from "ol/View";
import type { Level, Site } from "./data";
import { h, put } from "./dom";
import { dot_px, in_town, is_dot, shows } from "./drawing";
import { extent_of, is_open, middle_of, shape_record, shapes_of, site_of, unit_of, type Area, type Ground, type Spot } from "./ground";
import { make_layers, site_day } from "./layers";
import { finding_of } from "./look";
import type { Model } from "./model";
import { changed, type State, type Store } from "./state";
import { say } from "./strings";
import { site_kind } from "./symbols";
import { describe } from "./words";

export interface MapPart {
  element: HTMLElement;
  map: OlMap;
  /** Shows the whole area, or the chosen town. */
  fit_all(): void;
  fit_unit(code: string): void;
  /** Shows a shape of the finding that the map shows. */
  fit_shape(id: string): void;
  zoom_by(step: number): void;
}

const nearest_zoom: Record<Level, number> = { town: 12, village: 13.5, grid: 16, building: 17.5 };

/** The topmost unit drawn at a place: a square within reach, else the smallest area that holds the point. */
export function area_at(ground: Ground, state: State, at: Coordinate, resolution: number): Area | null {
  const source = ground.areas.get(state.level);
  if (!source) return null;
  const reach = dot_px * resolution;
  let best: Area | null = null;
  let best_distance = reach;
  source.forEachFeatureInExtent(buffer(boundingExtent([at]), reach * 2), (area) => {
    if (!in_town(state, area) || !is_dot(area, resolution)) return;
    const [x = 0, y = 0] = middle_of(area).getCoordinates();
    const distance = Math.hypot(x - (at[0] ?? 0), y - (at[1] ?? 0));
    if (distance < best_distance) { best = area; best_distance = distance; }
  });
  if (best) return best;
  const holding = source.getFeaturesAtCoordinate(at).filter((area) => in_town(state, area));
  const size = (area: Area) => getArea(extent_of(area));
  return holding.sort((a, b) => size(a) - size(b))[0] ?? null;
}

function site_at(ground: Ground, model: Model, state: State, at: Coordinate, resolution: number): Site | null {
  if (state.question !== "sites" && !shows(state, "s")) return null;
  let best: Site | null = null;
  let best_distance = 9 * resolution;
  ground.sites.forEachFeatureInExtent(buffer(boundingExtent([at]), best_distance), (spot: Spot) => {
    const site = site_of(spot);
    const [x = 0, y = 0] = spot.getGeometry()?.getCoordinates() ?? [];
    const distance = Math.hypot(x - (at[0] ?? 0), y - (at[1] ?? 0));
    if (distance < best_distance && is_open(site, site_day(model, state))) { best = site; best_distance = distance; }
  });
  return best;
}

/** The names of the finding's shapes that hold a place. */
function shapes_at(model: Model, state: State, at: Coordinate): string[] {
  const finding = finding_of(model, state);
  if (!finding?.gate.open) return [];
  return shapes_of(finding).getFeaturesAtCoordinate(at).map((feature) => shape_record(feature).label[state.lang]);
}

function make_view(extent: Extent): View {
  const wide = Math.max((extent[2] ?? 0) - (extent[0] ?? 0), (extent[3] ?? 0) - (extent[1] ?? 0));
  return new View({
    projection: "EPSG:3857", center: [((extent[0] ?? 0) + (extent[2] ?? 0)) / 2, ((extent[1] ?? 0) + (extent[3] ?? 0)) / 2],
    zoom: 10, minZoom: 7, maxZoom: 19, enableRotation: false, smoothExtentConstraint: false, smoothResolutionConstraint: false,
    extent: buffer(extent, wide * 1.5), constrainOnlyCenter: true,
  });
}

/** Room on each side: left of the county stands the legend, where there is room for both. */
function padding_of(map: OlMap): [number, number, number, number] {
  const width = map.getSize()?.[0] ?? 0;
  return width > 760 ? [24, 56, 60, 268] : [12, 30, 12, 30];   // names at the edge need room
}

export function make_map(model: Model, ground: Ground, store: Store, target: HTMLElement, scale: HTMLElement): MapPart {
  const state = () => store.state();
  const tooltip = h("div", { class: "tooltip", role: "status", hidden: true });
  const layers = make_layers({ ground, model, state, pixel_ratio: window.devicePixelRatio || 1 });
  const view = make_view(ground.extent);
  const map = new OlMap({
    target, view, layers: layers.all,
    controls: [new ScaleLine({ units: "metric", minWidth: 90, target: scale })],
    interactions: default_interactions({ altShiftDragRotate: false, pinchRotate: false }),
  });
  target.append(tooltip);
  target.tabIndex = 0;

  let fitted = true;   // the view is one that we chose, so a change of size may choose it again
  const fit = (extent: Extent, max_zoom: number): void => view.fit(extent, { padding: padding_of(map), maxZoom: max_zoom, size: map.getSize() ?? [800, 600] });
  const fit_all = (): void => {
    fitted = true;
    const town = ground.area_of.get(state().town);
    fit(town ? extent_of(town) : ground.extent, 19);
  };
  const fit_unit = (code: string): void => {
    const area = ground.area_of.get(code);
    if (!area) return;
    fitted = false;
    const extent = extent_of(area);
    fit(buffer(extent, 0.7 * Math.max(getWidth(extent), getHeight(extent))), nearest_zoom[unit_of(area).level]);
  };
  const fit_shape = (id: string): void => {
    const finding = finding_of(model, state());
    const extent = finding && shapes_of(finding).getFeatures().find((f) => shape_record(f).id === id)?.getGeometry()?.getExtent();
    if (!extent) return;
    fitted = false;
    fit(buffer(extent, 0.3 * Math.max(getWidth(extent), getHeight(extent))), nearest_zoom.village);
  };
  const zoom_by = (step: number): void => { fitted = false; view.setZoom((view.getZoom() ?? 10) + step); };
  const go_to = (to: State["view"]): void => {
    if (!to) return fit_all();
    fitted = false;
    view.setCenter(fromLonLat([to.lon, to.lat]));
    view.setZoom(to.zoom);
  };

  let told = "";   // the view that the state was last told of
  const tell_view = (): void => {
    const [lon = 0, lat = 0] = toLonLat(view.getCenter() ?? [0, 0]);
    const next = { lon: Number(lon.toFixed(5)), lat: Number(lat.toFixed(5)), zoom: Number((view.getZoom() ?? 10).toFixed(2)) };
    if (JSON.stringify(next) === told) return;
    told = JSON.stringify(next);
    store.set({ view: next });
  };
  map.on("moveend", tell_view);
  map.once("rendercomplete", tell_view);   // the first drawing is no move
  map.on("movestart", () => { tooltip.hidden = true; });
  map.on("pointerdrag" as "pointermove", () => { fitted = false; });
  target.addEventListener("wheel", () => { fitted = false; }, { passive: true });
  map.on("change:size", () => { if (fitted) fit_all(); });

  bind_pointer(map, { ground, model, store, target, tooltip });
  store.subscribe((now, before) => {
    layers.refresh(now, before);
    if (changed(now, before, "town") && !changed(now, before, "view")) fit_all();
    if (changed(now, before, "view") && JSON.stringify(now.view) !== told) go_to(now.view);
    if (changed(now, before, "lang")) target.setAttribute("aria-label", say(now.lang, "map"));
  });
  target.setAttribute("aria-label", say(state().lang, "map"));
  go_to(state().view);
  return { element: target, map, fit_all, fit_unit, fit_shape, zoom_by };
}

interface PointerTies { ground: Ground; model: Model; store: Store; target: HTMLElement; tooltip: HTMLElement }

function bind_pointer(map: OlMap, { ground, model, store, target, tooltip }: PointerTies): void {
  const resolution = () => map.getView().getResolution() ?? 1;
  const hide = (): void => { tooltip.hidden = true; };
  const show = (pixel: number[], ...lines: string[]): void => {
    put(tooltip, ...lines.map((line, i) => h("div", { class: i === 0 ? "tooltip-head" : null }, line)));
    tooltip.hidden = false;
    const [x = 0, y = 0] = pixel;
    const [width = 0, height = 0] = map.getSize() ?? [];
    tooltip.style.left = `${Math.max(4, Math.min(x + 14, width - tooltip.offsetWidth - 6))}px`;
    tooltip.style.top = `${y + 18 + tooltip.offsetHeight > height ? y - tooltip.offsetHeight - 10 : y + 18}px`;
  };
  const look = (event: MapBrowserEvent): Area | null => {
    const state = store.state();
    const site = site_at(ground, model, state, event.coordinate, resolution());
    const area = area_at(ground, state, event.coordinate, resolution());
    target.style.cursor = area ? "pointer" : "";
    if (site) {
      show(event.pixel, site.name, say(state.lang, `kind_${site_kind(site.kind)}`), site.opened ? say(state.lang, "opened", { d: site.opened }) : "");
    } else if (area) show(event.pixel, ...describe(model, state, unit_of(area)), ...shapes_at(model, state, event.coordinate));
    else hide();
    return area;
  };
  map.on("pointermove", (event) => {
    if (event.dragging || (event.originalEvent as PointerEvent).pointerType === "touch") return;
    const area = look(event);
    store.set({ hover: area ? unit_of(area).code : "" });
  });
  map.on("singleclick", (event) => {
    const area = look(event);
    store.set({ unit: area ? unit_of(area).code : "" });
    if ((event.originalEvent as PointerEvent).pointerType === "touch" && area) hide();
  });
  target.addEventListener("pointerleave", () => { hide(); store.set({ hover: "" }); });
}
