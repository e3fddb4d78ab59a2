// Shapes that are drawn alike on the map, in the legend and in the table: site kinds, hatch, dots and lock.
import { s } from "./dom";
import type { Mark } from "./data";
import type { Look, Scale } from "./look";
import { accent, hatch_ground, hatch_line, ink, ink_on, nothing_fill, suppressed_fill } from "./palette";

export const site_kinds = ["theme_square", "wall", "bus_shelter", "sign", "other"] as const;
export type SiteKind = (typeof site_kinds)[number];

const kind_names: Record<string, SiteKind> = {
  "主题广场": "theme_square", "宣传墙": "wall", "候车厅": "bus_shelter", "警示牌": "sign",
};

export function site_kind(kind: string): SiteKind {
  return kind_names[kind] ?? site_kinds.find((k) => k === kind) ?? "other";
}

/** Outlines in a box of 16 by 16: they differ in shape, so that colour need not be seen. */
const site_paths: Record<SiteKind, string> = {
  theme_square: "M3 3H13V13H3Z",
  wall: "M1 5.5H15V10.5H1Z",
  bus_shelter: "M8 2L15 13.5H1Z",
  sign: "M8 1L15 8L8 15L1 8Z",
  other: "M8 3A5 5 0 1 1 7.99 3Z",
};

const lock_path = "M3 7H13V14H3ZM5 7V5A3 3 0 0 1 11 5V7";

const icons = new Map<string, HTMLCanvasElement>();

function draw_once(key: string, size: number, draw: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  let canvas = icons.get(key);
  if (!canvas) {
    canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d");
    if (context) draw(context);
    icons.set(key, canvas);
  }
  return canvas;
}

/** A site's symbol at three times its size on the map, so that it prints sharp. */
export function site_icon(kind: SiteKind): HTMLCanvasElement {
  return draw_once(`site:${kind}`, 54, (context) => {
    context.scale(3, 3);
    context.translate(1, 1);
    const path = new Path2D(site_paths[kind]);
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = "#ffffff";
    context.stroke(path);
    context.fillStyle = accent;
    context.fill(path);
    context.lineWidth = 1;
    context.strokeStyle = ink;
    context.stroke(path);
  });
}

export function lock_icon(): HTMLCanvasElement {
  return draw_once("lock", 48, (context) => {
    context.scale(3, 3);
    const path = new Path2D(lock_path);
    context.lineWidth = 1.6;
    context.strokeStyle = ink;
    context.stroke(path);
    context.fillStyle = ink;
    context.fillRect(3, 7, 10, 7);
  });
}

/** The diagonal hatch of `too_few`, as a fill. */
export function hatch_pattern(pixel_ratio: number): CanvasPattern | string {
  const size = Math.round(7 * pixel_ratio);
  const tile = draw_once(`hatch:${size}`, size, (context) => {
    context.fillStyle = hatch_ground;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = hatch_line;
    context.lineWidth = 1.2 * pixel_ratio;
    context.lineCap = "square";
    context.beginPath();
    for (const offset of [-size, 0, size]) {
      context.moveTo(offset, size);
      context.lineTo(offset + size, 0);
    }
    context.stroke();
  });
  return tile.getContext("2d")?.createPattern(tile, "repeat") ?? hatch_ground;
}

/** One tile of a mark, in pixels of the screen: its size, what is stroked (or filled, for dots), and the width of the stroke. */
const mark_tiles: Record<Exclude<Mark, "none">, { size: number; path: string; width: number }> = {
  dots: { size: 8, path: "M3.6 2A1.6 1.6 0 1 1 .4 2A1.6 1.6 0 1 1 3.6 2ZM7.6 6A1.6 1.6 0 1 1 4.4 6A1.6 1.6 0 1 1 7.6 6Z", width: 0 },
  lines: { size: 6, path: "M0 3H6", width: 1.3 },
  cross: { size: 9, path: "M2 2L7 7M2 7L7 2", width: 1.3 },
  rings: { size: 10, path: "M8 5A3 3 0 1 1 2 5A3 3 0 1 1 8 5Z", width: 1.2 },
};

/** A colour with its mark over it, as a fill; just the colour where it has none. */
export function marked_pattern(colour: string, mark: Mark, pixel_ratio: number): CanvasPattern | string {
  if (mark === "none") return colour;
  const { size, path, width } = mark_tiles[mark];
  const pixels = Math.round(size * pixel_ratio);
  const tile = draw_once(`mark:${colour}:${mark}:${pixels}`, pixels, (context) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, pixels, pixels);
    context.scale(pixels / size, pixels / size);
    context.fillStyle = context.strokeStyle = ink_on(colour);
    context.lineWidth = width;
    if (width > 0) context.stroke(new Path2D(path));
    else context.fill(new Path2D(path));
  });
  return tile.getContext("2d")?.createPattern(tile, "repeat") ?? colour;
}

/** The mark as it lies over a swatch: its tiles, cut at the box. */
function mark_in_swatch(colour: string, mark: Exclude<Mark, "none">): SVGElement {
  const { size, path, width } = mark_tiles[mark];
  const ink_of_mark = width > 0 ? { stroke: ink_on(colour), "stroke-width": width, fill: "none" } : { fill: ink_on(colour) };
  const box = s("svg", { x: 1, y: 1, width: 14, height: 14, ...ink_of_mark });
  const first = (14 - size) / 2 - size;   // one tile stands in the middle
  for (let x = first; x < 14; x += size) for (let y = first; y < 14; y += size) box.append(s("path", { d: path, transform: `translate(${x} ${y})` }));
  return box;
}

function hatch_lines(): SVGElement {
  return s("path", { d: "M1 8L8 1M1 15L15 1M8 15L15 8", stroke: hatch_line, "stroke-width": 1.3, fill: "none" });
}

/** The swatch of a look, as it stands in legend and table. */
export function look_swatch(look: Look, scale: Scale): SVGElement {
  const box = (fill: string, extra: Record<string, string | number> = {}) =>
    s("rect", { x: 0.5, y: 0.5, width: 15, height: 15, fill, stroke: "#6b7076", ...extra });
  const svg = s("svg", { class: "swatch", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" });
  if (look === "too_few" || look === "closed") svg.append(box(hatch_ground), hatch_lines());
  else if (look === "missing") svg.append(box("#ffffff", { "stroke-dasharray": "1.5 2", stroke: ink }));
  else if (look === "suppressed") svg.append(box(suppressed_fill), lock_mark());
  else if (look === "none") svg.append(box(nothing_fill));
  else {
    const colour = scale.colours[look] ?? "";
    const mark = scale.marks[look] ?? "none";
    svg.append(box(colour));
    if (mark !== "none") svg.append(mark_in_swatch(colour, mark));
  }
  return svg;
}

function lock_mark(): SVGElement {
  return s("path", { d: "M5 7.5H11V12H5ZM6 7.5V6A2 2 0 0 1 10 6V7.5", fill: ink, "fill-rule": "evenodd", stroke: ink, "stroke-width": 0.8 });
}

export function site_swatch(kind: SiteKind): SVGElement {
  return s("svg", { class: "swatch", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    s("path", { d: site_paths[kind], fill: accent, stroke: ink, "stroke-width": 1 }));
}

export function north_arrow(): SVGElement {
  return s("svg", { class: "north", viewBox: "0 0 24 34", width: 24, height: 34, role: "img", "aria-label": "N" },
    s("path", { d: "M12 1L19 21L12 17Z", fill: ink }),
    s("path", { d: "M12 1L5 21L12 17Z", fill: "#ffffff", stroke: ink, "stroke-width": 1 }),
    s("text", { x: 12, y: 33, "text-anchor": "middle", "font-size": 13, "font-weight": 700, fill: ink }, "N"));
}

/** A line as it stands in the legend. */
export function line_swatch(colour: string, width: number, dash = ""): SVGElement {
  return s("svg", { class: "swatch", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    s("rect", { x: 1.5, y: 1.5, width: 13, height: 13, fill: "none", stroke: colour, "stroke-width": width, "stroke-dasharray": dash || null }));
}
