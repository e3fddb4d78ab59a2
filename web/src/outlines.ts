// Lines over the answer: the shapes of a finding with their names, what a finding would say without adjustment, and lines of equal p.
import { getWidth } from "ol/extent";
import type { FeatureLike } from "ol/Feature";
import Point from "ol/geom/Point";
import SimpleGeometry from "ol/geom/SimpleGeometry";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import TextStyle from "ol/style/Text";
import { font_family, in_town, is_dot, shows, type Context } from "./drawing";
import { bound } from "./format";
import { contours_of, shape_record, shapes_of, unit_of, type Area } from "./ground";
import { filling_of, finding_of } from "./look";
import { ink } from "./palette";
import type { State } from "./state";

export interface Outlines {
  plain: VectorLayer;
  contours: VectorLayer;
  shapes: VectorLayer;
  names: VectorLayer;
  refresh(state: State): void;
}

const plain_dash = [6, 4];
const contour_dash = [7, 4];
const paper = "rgba(255,255,255,0.92)";

function shape_styles(colour: string): Style[] {
  const drawn = (stroke: Stroke) => new Style({ stroke, image: new Circle({ radius: 6, stroke }) });
  return [drawn(new Stroke({ color: "#ffffff", width: 6 })), drawn(new Stroke({ color: colour, width: 3 }))];
}

const colour_of = ({ model, state }: Context, feature: FeatureLike): string => {
  const id = shape_record(feature).class;
  return finding_of(model, state())?.classes.find((c) => c.id === id)?.colour ?? ink;
};

/** The highest corner of a shape: its name stands above it, out of the way of the names inside. */
function crown(geometry: unknown): Point | undefined {
  if (!(geometry instanceof SimpleGeometry)) return undefined;
  const flat = geometry.getFlatCoordinates();
  const stride = geometry.getStride();
  let best = 0;
  for (let i = stride; i < flat.length; i += stride) if ((flat[i + 1] ?? 0) > (flat[best + 1] ?? 0)) best = i;
  return new Point([flat[best] ?? 0, flat[best + 1] ?? 0]);
}

/** A name that is always drawn; the names of units make room for it. */
function name_style(context: Context, feature: FeatureLike): Style {
  const geometry = crown(feature.getGeometry());
  return new Style({
    ...(geometry ? { geometry } : {}),
    text: new TextStyle({
      text: shape_record(feature).label[context.state().lang], font: `700 13px ${font_family}`, textBaseline: "bottom", offsetY: -5, overflow: true,
      declutterMode: "obstacle", fill: new Fill({ color: ink }), backgroundFill: new Fill({ color: paper }), backgroundStroke: new Stroke({ color: colour_of(context, feature), width: 1.5 }),
      padding: [1, 4, 0, 4],
    }),
  });
}

const contour_lines = [
  new Style({ stroke: new Stroke({ color: paper, width: 4 }) }),
  new Style({ stroke: new Stroke({ color: ink, width: 1.6, lineDash: contour_dash, lineCap: "butt" }) }),
];

/** The p of a line; one of a few pixels has no room for it. */
function contour_name(feature: FeatureLike, resolution: number): Style | undefined {
  const geometry = crown(feature.getGeometry());
  if (!geometry || getWidth((feature.getGeometry() as SimpleGeometry).getExtent()) / resolution < 30) return undefined;
  return new Style({
    geometry,
    text: new TextStyle({ text: `p = ${bound(Number(feature.get("p")))}`, font: `700 13px ${font_family}`, declutterMode: "obstacle", fill: new Fill({ color: ink }), stroke: new Stroke({ color: paper, width: 4 }) }),
  });
}

/** A thin dashed outline inside units that only an unadjusted test would have named. */
function plain_layer({ ground, model, state }: Context): VectorLayer {
  const outline = [
    new Style({ stroke: new Stroke({ color: paper, width: 2.6 }) }),
    new Style({ stroke: new Stroke({ color: ink, width: 1.2, lineDash: plain_dash, lineCap: "butt" }) }),
  ];
  return new VectorLayer({
    source: ground.areas.get(state().level) ?? new VectorSource(),
    style: (feature, resolution) => {
      const area = feature as Area;
      const says = filling_of(model, state())?.units[unit_of(area).code];
      if (!says || says.status !== "ok" || says.plain === null || says.class !== null) return undefined;
      return !in_town(state(), area) || is_dot(area, resolution) ? undefined : outline;
    },
  });
}

export function make_outlines(context: Context): Outlines {
  const { ground, model } = context;
  const nothing = new VectorSource();
  const shape_cache = new Map<string, Style[]>();
  const shapes = new VectorLayer({
    source: nothing,
    style: (feature) => {
      const colour = colour_of(context, feature);
      const styles = shape_cache.get(colour) ?? shape_styles(colour);
      shape_cache.set(colour, styles);
      return styles;
    },
  });
  const names = new VectorLayer({ source: nothing, declutter: true, style: (feature, resolution) => (feature.get("shape") ? name_style(context, feature) : contour_name(feature, resolution)) });
  const contours = new VectorLayer({ source: nothing, style: contour_lines });
  const plain = plain_layer(context);
  const show = (layer: VectorLayer, source: VectorSource): void => { layer.setSource(source); layer.setVisible(source !== nothing); layer.changed(); };

  const refresh = (state: State): void => {
    const finding = finding_of(model, state);
    const drawn = finding?.gate.open && finding.shapes.length > 0 ? shapes_of(finding) : nothing;
    const surface = model.data.surfaces.find((s) => s.id === state.question);
    const lines = surface?.contours?.length ? contours_of(surface) : nothing;
    show(shapes, drawn);
    show(contours, lines);
    show(names, drawn !== nothing ? drawn : lines);   // above all other names, so that those make room
    plain.setSource(ground.areas.get(state.level) ?? nothing);
    plain.setVisible(shows(state, "p") && filling_of(model, state)?.gate.open === true);
    plain.changed();
  };
  return { plain, contours, shapes, names, refresh };
}
