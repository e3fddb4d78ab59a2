// A series of a finding with its limit, as an inline SVG: flagged points differ in shape, not in colour alone.
import type { FindingSeries } from "./data";
import { h, s } from "./dom";
import { flagged_words } from "./finding";
import { bound } from "./format";
import { accent, flagged_fill, ink } from "./palette";
import type { State } from "./state";
import { say } from "./strings";

const width = 400;
const height = 150;
const left = 44;
const right = 10;
const top = 10;
const bottom = 24;

/** A step of 1, 2 or 5 times a power of ten such that about four of them span the range. */
function nice_step(range: number): number {
  const raw = range / 4;
  const unit = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5, 10].find((m) => m * unit >= raw) ?? 10) * unit;
}

interface Axis { low: number; high: number; step: number }

function axis_of(series: FindingSeries): Axis {
  const values = [...series.y, ...series.limit].filter((v): v is number => v !== null);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const step = nice_step(high > low ? high - low : 1);
  return { low: Math.floor(low / step) * step, high: Math.max(step, Math.ceil(high / step) * step), step };
}

/** A path that breaks where there is no value; `stepped` holds each value for the width of its period. */
function path_of(values: (number | null)[], x: (i: number) => number, y: (v: number) => number, stepped: boolean): string {
  let path = "";
  let pen = false;
  const half = stepped ? (x(1) - x(0)) / 2 : 0;
  values.forEach((value, i) => {
    if (value === null) { pen = false; return; }
    const at = y(value).toFixed(1);
    path += `${pen ? "L" : "M"}${(x(i) - half).toFixed(1)} ${at}`;
    if (stepped) path += `H${(x(i) + half).toFixed(1)}`;
    pen = true;
  });
  return path;
}

const diamond = (x: number, y: number, r: number): string => `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;

export function series_chart(series: FindingSeries, state: State): SVGElement {
  const { lang } = state;
  const n = series.x.length;
  const { low, high, step } = axis_of(series);
  const x = (i: number) => left + ((i + 0.5) / Math.max(1, n)) * (width - left - right);
  const y = (v: number) => top + (1 - (v - low) / (high - low)) * (height - top - bottom);
  const label = (px: number, py: number, anchor: string, text: string) => s("text", { x: px, y: py, "text-anchor": anchor, class: "axis" }, text);
  const svg = s("svg", { class: "trend series", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${series.label[lang]}. ${flagged_words(series, lang)}` });
  for (let v = low; v <= high + step / 2; v += step) svg.append(s("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), class: "rule" }), label(left - 6, y(v) + 5, "end", bound(v)));
  svg.append(label(left, height - 5, "start", series.x[0] ?? ""), label(width - right, height - 5, "end", n > 1 ? series.x[n - 1] ?? "" : ""),
    s("path", { d: path_of(series.limit, x, y, true), class: "line limit" }), s("path", { d: path_of(series.y, x, y, false), class: "line" }));
  series.y.forEach((value, i) => {
    if (value === null) return;
    const flagged = series.flagged[i] === true;
    const point = flagged ? s("path", { d: diamond(x(i), y(value), 5.5), fill: flagged_fill, stroke: ink, class: "flagged" }) : s("circle", { cx: x(i), cy: y(value), r: n > 60 ? 1.4 : 2, fill: accent });
    const limit = series.limit[i];
    point.append(s("title", {}, say(lang, "series_point", { x: series.x[i] ?? "", y: bound(value), l: limit === null || limit === undefined ? "–" : bound(limit) })));
    svg.append(point);
  });
  return svg;
}

/** The chart with its keys and, in words, which periods are over the limit. */
export function series_block(series: FindingSeries, state: State): HTMLElement {
  const { lang } = state;
  const key = (swatch: Node, text: string) => h("span", { class: "trend-key" }, swatch, text);
  const line = (css: string) => h("span", { class: `dash ${css}` });
  const mark = s("svg", { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" }, s("path", { d: diamond(7, 7, 5.5), fill: flagged_fill, stroke: ink }));
  return h("div", {},
    h("div", { class: "trend-keys dim" }, key(line("effective"), say(lang, "series_value")), key(line("limit"), say(lang, "series_limit")), key(mark, say(lang, "series_flagged")), h("span", {}, series.unit[lang])),
    series_chart(series, state),
    h("p", {}, flagged_words(series, lang)));
}
