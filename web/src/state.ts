// The whole state of the page, kept in the address so that a link or a bookmark brings the same view back.
import type { Lang, Level, SurfaceId } from "./data";
import type { Model } from "./model";

export type Question = "gap" | "coverage" | "risk" | "findings" | "sites" | SurfaceId;
export type Measure = "effective" | "visited";

/** What is drawn over the answer: t town lines, v village lines, g grid lines, n names, s sites, p what a finding would say without adjustment. */
export type Overlay = "t" | "v" | "g" | "n" | "s" | "p";
export const overlay_order = [..."tvgnsp"] as Overlay[];
export interface View { lon: number; lat: number; zoom: number }

export interface State {
  question: Question;
  /** Id of the finding that the question `findings` shows; empty where there is none. */
  finding: string;
  level: Level;
  /** Code of the town that the page is narrowed to; empty for the whole county. */
  town: string;
  /** Code of the chosen unit; empty for none. */
  unit: string;
  /** Code of the unit under the pointer; not kept in the address. */
  hover: string;
  week: number;
  measure: Measure;
  lang: Lang;
  overlays: string;
  view: View | null;
}

export type Listener = (state: State, before: State) => void;

export interface Store {
  state(): State;
  set(change: Partial<State>): void;
  subscribe(listener: Listener): void;
}

export function make_store(first: State): Store {
  let current = first;
  const listeners: Listener[] = [];
  return {
    state: () => current,
    set(change) {
      const before = current;
      current = { ...before, ...change };
      const keys = Object.keys(change) as (keyof State)[];
      if (keys.every((key) => before[key] === current[key])) return;
      for (const listener of listeners) listener(current, before);
    },
    subscribe(listener) { listeners.push(listener); },
  };
}

/** True where one of the keys differs. */
export function changed(state: State, before: State, ...keys: (keyof State)[]): boolean {
  return keys.some((key) => state[key] !== before[key]);
}

export function default_state(model: Model): State {
  const levels = model.data.levels;
  return {
    question: "gap",
    finding: model.findings.keys().next().value ?? "",
    level: levels.includes("village") ? "village" : levels[0] ?? "village",
    town: "", unit: "", hover: "",
    week: model.last_week,
    measure: "effective",
    lang: model.data.lang === "en" ? "en" : "zh",
    overlays: "tvgn",
    view: null,
  };
}

export function questions_of(model: Model): Question[] {
  return ["gap", "coverage", "risk", ...model.data.surfaces.map((s) => s.id), ...(model.findings.size > 0 ? ["findings"] : []), "sites"];
}

export function format_hash(state: State, model: Model): string {
  const parts = [`q=${encodeURIComponent(state.question)}`];
  if (state.question === "findings") parts.push(`f=${encodeURIComponent(state.finding)}`);
  parts.push(`lv=${state.level}`);
  if (state.town) parts.push(`t=${encodeURIComponent(state.town)}`);
  if (state.unit) parts.push(`u=${encodeURIComponent(state.unit)}`);
  parts.push(`w=${model.data.weeks[state.week] ?? ""}`, `m=${state.measure}`, `o=${state.overlays}`, `l=${state.lang}`);
  if (state.view) parts.push(`v=${state.view.lon.toFixed(5)},${state.view.lat.toFixed(5)},${state.view.zoom.toFixed(2)}`);
  return `#${parts.join("&")}`;
}

/** Reads an address; whatever it does not name, or names wrongly, keeps its default. */
export function parse_hash(hash: string, model: Model): State {
  const state = default_state(model);
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const question = questions_of(model).find((q) => q === fields.get("q"));
  if (question) state.question = question;
  const finding = model.findings.get(fields.get("f") ?? state.finding);
  if (finding) state.finding = finding.id;
  const own_level = state.question === "findings" ? finding?.level ?? null : null;
  const level = model.data.levels.find((l) => l === fields.get("lv")) ?? own_level;
  if (level) state.level = level;
  const town = fields.get("t") ?? "";
  if (model.towns.some((t) => t.code === town)) state.town = town;
  const unit = model.by_code.get(fields.get("u") ?? "");
  if (unit && unit.level === state.level && (!state.town || unit.town === state.town)) state.unit = unit.code;
  const week = model.data.weeks.indexOf(fields.get("w") ?? "");
  if (week >= 0) state.week = week;
  if (fields.get("m") === "visited") state.measure = "visited";
  const lang = fields.get("l");
  if (lang === "zh" || lang === "en") state.lang = lang;
  const overlays = fields.get("o");
  if (overlays !== null) state.overlays = overlay_order.filter((o) => overlays.includes(o)).join("");
  state.view = parse_view(fields.get("v"));
  return state;
}

function parse_view(text: string | null): View | null {
  const numbers = (text ?? "").split(",").map(Number);
  const [lon, lat, zoom] = numbers;
  if (numbers.length !== 3 || lon === undefined || lat === undefined || zoom === undefined) return null;
  if (!numbers.every(Number.isFinite) || Math.abs(lon) > 180 || Math.abs(lat) > 85) return null;
  return { lon, lat, zoom };
}

/** Writes the state to the address, and reads it back when the user edits the address. */
export function bind_hash(store: Store, model: Model): void {
  const write = () => {
    const hash = format_hash(store.state(), model);
    if (hash === location.hash) return;
    try { history.replaceState(null, "", hash); } catch { location.replace(hash); }
  };
  store.subscribe((state, before) => {
    if (changed(state, before, "question", "finding", "level", "town", "unit", "week", "measure", "lang", "overlays", "view")) write();
  });
  write();
  window.addEventListener("hashchange", () => {
    if (location.hash !== format_hash(store.state(), model)) store.set(parse_hash(location.hash, model));
  });
}
