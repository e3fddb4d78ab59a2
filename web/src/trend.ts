// Coverage of one unit over the weeks, as a small inline SVG.
import type { Unit } from "./data";
import { s } from "./dom";
import type { Model } from "./model";
import { accent } from "./palette";
import type { State } from "./state";
import { say } from "./strings";

const width = 360;
const height = 96;
const left = 40;
const right = 8;
const top = 8;
const bottom = 22;

/** A path over the weeks that breaks where a week has no value. */
function path_of(values: (number | null)[], x: (i: number) => number, y: (v: number) => number): string {
  let path = "";
  let pen = false;
  values.forEach((value, i) => {
    if (value === null) { pen = false; return; }
    path += `${pen ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = true;
  });
  return path;
}

export function trend_chart(model: Model, state: State, unit: Unit): SVGElement {
  const n = model.data.weeks.length;
  const x = (i: number) => left + (n < 2 ? 0 : (i / (n - 1)) * (width - left - right));
  const y = (v: number) => top + (1 - Math.min(1, Math.max(0, v))) * (height - top - bottom);
  const label = (px: number, py: number, anchor: string, text: string) =>
    s("text", { x: px, y: py, "text-anchor": anchor, class: "axis" }, text);
  const rule = (v: number) => s("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), class: "rule" });
  const svg = s("svg", { class: "trend", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say(state.lang, "trend") },
    rule(0), rule(0.5), rule(1),
    label(left - 6, y(1) + 5, "end", "100%"), label(left - 6, y(0.5) + 5, "end", "50%"), label(left - 6, y(0) + 5, "end", "0"),
    label(left, height - 4, "start", model.data.weeks[0] ?? ""), label(width - right, height - 4, "end", model.data.weeks[n - 1] ?? ""),
    s("line", { x1: x(state.week), x2: x(state.week), y1: top, y2: height - bottom, class: "now" }),
    s("path", { d: path_of(unit.weekly.visited, x, y), class: "line visited" }),
    s("path", { d: path_of(unit.weekly.effective, x, y), class: "line effective" }));
  for (const values of [unit.weekly.visited, unit.weekly.effective]) {
    const value = values[state.week] ?? null;
    if (value !== null) svg.append(s("circle", { cx: x(state.week), cy: y(value), r: 3.2, fill: accent }));
  }
  return svg;
}
