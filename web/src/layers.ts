// The layers of a map, bottom to top, and their styles. Every style reads the state at the time of drawing.
import { getWidth } from "ol/extent";
import Feature from "ol/Feature";
import type BaseLayer from "ol/layer/Base";
import ImageLayer from "ol/layer/Image";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Icon from "ol/style/Icon";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import TextStyle from "ol/style/Text";
import type { Level } from "./data";
import { dot_px, font_family, in_town, is_dot, shows, type Context } from "./drawing";
import { extent_of, is_open, middle_of, shape_of, site_of, unit_of, type Area, type Spot } from "./ground";
import { look_of, scale_of, type Look, type Scale } from "./look";
import type { Model } from "./model";
import { make_outlines } from "./outlines";
import { county_fill, grid_line, hatch_line, ink, nothing_fill, select_line, suppressed_fill, town_line, village_line } from "./palette";
import { changed, type State } from "./state";
import { hatch_pattern, lock_icon, marked_pattern, site_icon, site_kind } from "./symbols";

/** A withheld unit has its lock this far below its middle, and its name as far above. */
const lock_drop_px = 9;

export interface Layers {
  all: BaseLayer[];
  /** Takes up what has changed in the state; without `before`, everything. */
  refresh(state: State, before?: State): void;
}

/** The fill of a look: a colour of the scale with its mark, the hatch, white or grey. */
function fill_of(look: Look, scale: Scale, pixel_ratio: number): Fill {
  if (look === "too_few" || look === "closed") return new Fill({ color: hatch_pattern(pixel_ratio) });
  if (look === "missing") return new Fill({ color: "#ffffff" });
  if (look === "suppressed") return new Fill({ color: suppressed_fill });
  if (look === "none") return new Fill({ color: nothing_fill });
  return new Fill({ color: marked_pattern(scale.colours[look] ?? "", scale.marks[look] ?? "none", pixel_ratio) });
}

/** The units of the level in their looks: as areas, or (a layer of its own, above the lines) as squares where areas are too small. */
function fill_layer({ ground, model, state, pixel_ratio }: Context, dots: boolean): VectorLayer {
  const fills = new Map<string, Fill>();
  const fill_for = (look: Look, scale: Scale): Fill => {
    const key = `${scale.key}:${look}`;
    const fill = fills.get(key) ?? fill_of(look, scale, pixel_ratio);
    fills.set(key, fill);
    return fill;
  };
  const lock = new Icon({ img: lock_icon(), scale: 0.3, displacement: [0, -lock_drop_px] });
  return new VectorLayer({
    source: ground.areas.get(state().level) ?? new VectorSource(),
    style: (feature, resolution) => {
      const area = feature as Area;
      const scale = scale_of(model, state());
      const look = scale && in_town(state(), area) ? look_of(model, state(), unit_of(area)) : null;
      if (scale === null || look === null) return undefined;
      const fill = fill_for(look, scale);
      if (dots) return is_dot(area, resolution) ? dot_style(area, fill, look, scale) : undefined;
      if (is_dot(area, resolution)) return undefined;
      const styles = [new Style({ fill })];
      if (look === "suppressed" && getWidth(extent_of(area)) / resolution > 28) styles.push(new Style({ geometry: middle_of(area), image: lock, zIndex: 2 }));
      return styles;
    },
  });
}

/** What matters more lies above where squares overlap. */
function dot_style(area: Area, fill: Fill, look: Look, scale: Scale): Style[] {
  const stroke = new Stroke(look === "missing" ? { color: ink, width: 1, lineDash: [1.5, 2] } : { color: ink, width: 0.8 });
  const square = new Style({
    geometry: middle_of(area),
    image: new RegularShape({ points: 4, radius: dot_px / Math.SQRT2, angle: Math.PI / 4, fill, stroke }),
    zIndex: typeof look === "number" ? 10 + (scale.top === "last" ? look : scale.colours.length - look) : 5,
  });
  if (look !== "suppressed") return [square];
  const keyhole = new Style({ geometry: middle_of(area), image: new Circle({ radius: 2, fill: new Fill({ color: ink }) }), zIndex: 5 });
  return [square, keyhole];   // too small for a lock
}

const line_styles: Record<Level, Style> = {
  town: new Style({ stroke: new Stroke({ color: town_line, width: 1.6 }) }),
  village: new Style({ stroke: new Stroke({ color: village_line, width: 0.8 }) }),
  grid: new Style({ stroke: new Stroke({ color: grid_line, width: 0.8, lineDash: [4, 3] }) }),
  building: new Style({ stroke: new Stroke({ color: ink, width: 0.6 }) }),
};

/** Too small for dashes to be told from the dots of missing data. */
const small_px = 60;
const small_line = new Style({ stroke: new Stroke({ color: ink, width: 0.8 }) });

const missing_line = [
  new Style({ stroke: new Stroke({ color: "#ffffff", width: 2.6 }), zIndex: 3 }),
  new Style({ stroke: new Stroke({ color: ink, width: 1.5, lineDash: [1.5, 3.5], lineCap: "butt" }), zIndex: 4 }),
];

function line_layer({ ground, model, state }: Context, level: Level): VectorLayer {
  return new VectorLayer({
    source: ground.areas.get(level) ?? new VectorSource(),
    style: (feature, resolution) => {
      const area = feature as Area;
      if (level !== "town" && is_dot(area, resolution)) return undefined;
      if (level !== state().level || !in_town(state(), area)) return line_styles[level];
      return look_of(model, state(), unit_of(area)) === "missing" ? missing_line
        : level === "grid" && getWidth(extent_of(area)) / resolution < small_px ? small_line : line_styles[level];
    },
  });
}

function base_layer({ ground }: Context): VectorLayer {
  return new VectorLayer({
    source: ground.areas.get("town") ?? new VectorSource(),
    style: new Style({ fill: new Fill({ color: county_fill }) }),
  });
}

/** The footprints of buildings, under everything but the ground: a bearing where units are not buildings. */
function footprint_layer({ ground }: Context): VectorLayer {
  const style = new Style({ fill: new Fill({ color: "#c9c4ba" }) });
  return new VectorLayer({
    source: ground.areas.get("building") ?? new VectorSource(),
    style: (feature, resolution) => (is_dot(feature as Area, resolution * 2) ? undefined : style),
  });
}

function surface_layer(): ImageLayer<never> {
  return new ImageLayer<never>();
}

function site_layer({ ground, model, state }: Context): VectorLayer {
  const styles = new Map<string, Style>();
  return new VectorLayer({
    source: ground.sites,
    declutter: true,   // as obstacles: every site is drawn, and names make room
    style: (feature) => {
      const site = site_of(feature as Spot);
      if (!is_open(site, site_day(model, state()))) return undefined;
      const kind = site_kind(site.kind);
      const style = styles.get(kind) ?? new Style({ image: new Icon({ img: site_icon(kind), scale: 0.28, declutterMode: "obstacle" }) });
      styles.set(kind, style);
      return style;
    },
  });
}

/** The day whose open sites are drawn: the end of the chosen week, the as-of day at the latest. */
export function site_day(model: Model, state: State): string {
  const end = model.data.week_ends[state.week] ?? model.data.as_of;
  return end < model.data.as_of ? end : model.data.as_of;
}

interface LabelLook { size: number; weight: number; colour: string; rise: number }

function label_text(text: string, { size, weight, colour, rise }: LabelLook): TextStyle {
  return new TextStyle({
    text, font: `${weight} ${size}px ${font_family}`, overflow: true, offsetY: -rise,
    fill: new Fill({ color: colour }), stroke: new Stroke({ color: "rgba(255,255,255,0.92)", width: 3.2 }),
  });
}

/** Names of the units of the level; one that is too small on the screen waits until the user is nearer. */
function label_layer({ ground, model, state }: Context): VectorLayer {
  return new VectorLayer({
    source: ground.areas.get(state().level) ?? new VectorSource(),
    declutter: true,
    style: (feature, resolution) => {
      const area = feature as Area;
      const unit = unit_of(area);
      const chosen = unit.code === state().unit || unit.code === state().hover;
      const width = getWidth(extent_of(area)) / resolution;
      if (!chosen && (!in_town(state(), area) || width < 34)) return undefined;
      return new Style({
        geometry: middle_of(area),
        text: label_text(unit.name, { size: unit.level === "town" ? 15 : 13, weight: chosen ? 700 : 400, colour: ink, rise: look_of(model, state(), unit) === "suppressed" ? lock_drop_px : 0 }),
        zIndex: chosen ? 0 : 1 + (unit.gap.rank ?? 9999),
      });
    },
  });
}

function town_label_layer({ ground, state }: Context): VectorLayer {
  return new VectorLayer({
    source: ground.areas.get("town") ?? new VectorSource(),
    declutter: true,
    style: (feature, resolution) => {
      const area = feature as Area;
      const width = getWidth(extent_of(area)) / resolution;
      if (state().level === "town" || width > 900) return undefined;
      return new Style({ geometry: middle_of(area), text: label_text(unit_of(area).name, { size: 15, weight: 700, colour: town_line, rise: 0 }) });
    },
  });
}

const hover_style = [
  new Style({ stroke: new Stroke({ color: "#ffffff", width: 4 }) }),
  new Style({ stroke: new Stroke({ color: ink, width: 2 }) }),
];
const select_style = [
  new Style({ stroke: new Stroke({ color: "#ffffff", width: 6.5 }) }),
  new Style({ stroke: new Stroke({ color: select_line, width: 3.5 }) }),
];

function mark_of(area: Area, resolution: number, chosen: boolean): Style[] {
  if (!is_dot(area, resolution)) return chosen ? select_style : hover_style;
  const ring = (colour: string, width: number) => new Style({
    geometry: middle_of(area),
    image: new RegularShape({ points: 4, radius: dot_px, angle: Math.PI / 4, stroke: new Stroke({ color: colour, width }) }),
  });
  return [ring("#ffffff", chosen ? 6 : 4), ring(chosen ? select_line : hatch_line, chosen ? 3 : 2)];
}

function mark_layer({ ground, state }: Context): { layer: VectorLayer; mark: () => void } {
  const source = new VectorSource();
  const layer = new VectorLayer({
    source,
    style: (feature, resolution) => {
      const area = feature.get("area") as Area;
      return mark_of(area, resolution, unit_of(area).code === state().unit);
    },
  });
  const mark = () => {
    source.clear(true);
    for (const code of new Set([state().hover, state().unit])) {
      const area = ground.area_of.get(code);
      if (!area) continue;
      const copy = new Feature({ geometry: shape_of(area) });
      copy.set("area", area, true);
      source.addFeature(copy);
    }
  };
  return { layer, mark };
}

export function make_layers(context: Context): Layers {
  const { ground } = context;
  const base = base_layer(context);
  const footprints = footprint_layer(context);
  const surface = surface_layer();
  const fill = fill_layer(context, false);
  const dots = fill_layer(context, true);
  const lines: Record<Level, VectorLayer> = {
    building: line_layer(context, "building"), grid: line_layer(context, "grid"),
    village: line_layer(context, "village"), town: line_layer(context, "town"),
  };
  const sites = site_layer(context);
  const labels = label_layer(context);
  const town_labels = town_label_layer(context);
  const { layer: marks, mark } = mark_layer(context);
  const outlines = make_outlines(context);

  const refresh = (state: State, before?: State): void => {
    mark();
    if (before && !changed(state, before, "question", "finding", "level", "town", "week", "measure", "overlays")) {
      labels.changed();   // only the marked units have changed: their names come first
      return;
    }
    const areas = ground.areas.get(state.level) ?? null;
    const filled = scale_of(context.model, state) !== null;
    for (const layer of [fill, dots, labels]) if (layer.getSource() !== areas) layer.setSource(areas);
    fill.setVisible(filled);
    dots.setVisible(filled);
    footprints.setVisible(state.level !== "building" || !filled);
    const source = ground.surfaces.get(state.question);
    surface.setVisible(source !== undefined);
    if (source && surface.getSource() !== source) surface.setSource(source as never);
    lines.town.setVisible(shows(state, "t") || (filled && state.level === "town"));
    lines.village.setVisible(shows(state, "v") || (filled && state.level === "village"));
    lines.grid.setVisible((shows(state, "g") || filled) && state.level === "grid" || shows(state, "g") && state.level === "building");
    lines.building.setVisible(state.level === "building");
    sites.setVisible(state.question === "sites" || shows(state, "s"));
    labels.setVisible(shows(state, "n"));
    town_labels.setVisible(shows(state, "n"));
    outlines.refresh(state);
    for (const layer of [fill, dots, ...Object.values(lines), sites, labels, town_labels, marks]) layer.changed();
  };
  refresh(context.state());
  return { all: [base, footprints, surface, fill, lines.building, lines.grid, lines.village, lines.town, outlines.plain, dots, outlines.contours, outlines.shapes, marks, labels, sites, town_labels, outlines.names], refresh };
}
