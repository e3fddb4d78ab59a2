// The legend: always of what the map shows now, built from the same state.
import { set_level } from "./choose";
import type { Meaning, Surface } from "./data";
import { h, put } from "./dom";
import { finding_rows } from "./finding_legend";
import { bound } from "./format";
import { is_open } from "./ground";
import { breaks_of, by_look, finding_of, is_latest, ramp_of, scale_of, type Look, type Scale } from "./look";
import { site_day } from "./layers";
import type { Model } from "./model";
import { ink, type RampName } from "./palette";
import { changed, type State, type Store } from "./state";
import { level_name, say, status_name, type Key } from "./strings";
import { line_swatch, look_swatch, site_kind, site_kinds, site_swatch } from "./symbols";

export interface LegendPart { element: HTMLElement }

export function map_title(model: Model, state: State): string {
  const { lang, question } = state;
  const surface = model.data.surfaces.find((s) => s.id === question);
  if (surface) return surface.label[lang];
  if (question === "sites") return say(lang, "t_sites");
  const finding = finding_of(model, state);
  if (finding) return finding.level ? by_level(finding.label[lang], { lang, level: finding.level }) : finding.label[lang];
  const name: Key = question === "coverage" ? (state.measure === "visited" ? "t_coverage_visited" : "t_coverage") : question === "risk" ? "t_risk" : "t_gap";
  return by_level(say(lang, name), state);
}

const by_level = (name: string, { lang, level }: Pick<State, "lang" | "level">): string =>
  lang === "zh" ? `${name} · 按${level_name(lang, level)}` : `${name} by ${level_name(lang, level).toLowerCase()}`;

/** The day that the map's answer is of. */
export function map_day(model: Model, state: State): string {
  const weekly = state.question === "coverage" || state.question === "sites";
  return weekly && !is_latest(model, state) ? model.data.week_ends[state.week] ?? model.data.as_of : model.data.as_of;
}

/** Title, unit, classes with counts, statuses, and what the colours may and may not mean. */
export function legend_contents(model: Model, state: State): HTMLElement[] {
  const head = h("h2", {}, map_title(model, state));
  const date = h("div", { class: "dim" }, `${say(state.lang, "as_of")} ${map_day(model, state)}`);
  const ramp = ramp_of(state);
  const scale = scale_of(model, state);
  if (ramp && scale) return [head, date, ...class_rows(model, state, ramp, scale)];
  const finding = finding_of(model, state);
  if (finding) return [head, date, ...finding_rows(model, state, finding)];
  const surface = model.data.surfaces.find((s) => s.id === state.question);
  return [head, date, ...(surface ? surface_rows(state, surface) : site_rows(model, state))];
}

function item(swatch: Node, text: string, tally: string): HTMLElement {
  return h("li", {}, swatch, h("span", {}, text), h("span", { class: "num dim" }, tally));
}

/** "0.1 – 0.2", "≤ 0.1" or "> 0.4", in the unit of the classes. */
export function class_range(state: State, breaks: number[], index: number, shown: (value: number) => string): string {
  const low = breaks[index - 1];
  const high = breaks[index];
  if (low === undefined) return say(state.lang, "up_to", { b: shown(high ?? 0) });
  if (high === undefined) return say(state.lang, "above", { a: shown(low) });
  return `${shown(low)} – ${shown(high)}`;
}

/** Unit and note of what is shown: coverage has two measures. */
export function meaning_of(model: Model, state: State, ramp: RampName): Meaning {
  const { classes } = model.data;
  return ramp === "coverage" && state.measure === "visited" ? classes.coverage.visited : classes[ramp];
}

function class_rows(model: Model, state: State, ramp: RampName, scale: Scale): HTMLElement[] {
  const meaning = meaning_of(model, state, ramp);
  const breaks = breaks_of(model, ramp, state.level);
  const tally = new Map(by_look(model, state).map(([look, units]) => [look, units.length]));
  const shown = ramp === "coverage" ? (v: number) => `${bound(v * 100)}%` : bound;
  const units = (look: Look) => say(state.lang, "n_units", { n: tally.get(look) ?? 0 });
  const classes = [0, 1, 2, 3, 4].filter((i) => breaks[i] === undefined || breaks[i] !== breaks[i - 1]);
  const rows = classes.map((i) => item(look_swatch(i, scale), class_range(state, breaks, i, shown), units(i)));
  for (const status of ["too_few", "suppressed", "missing"] as const) {
    if (tally.has(status)) rows.push(item(look_swatch(status, scale), status_name(state.lang, status), units(status)));
  }
  return [h("div", { class: "legend-unit" }, meaning.unit[state.lang]), h("ul", { class: "legend-rows" }, ...rows), h("p", { class: "note" }, meaning.note[state.lang])];
}

function surface_rows(state: State, surface: Surface): HTMLElement[] {
  const rows = surface.legend.map(({ from, to, colour, opacity }) => {
    const swatch = h("span", { class: "swatch on-ground" }, h("span", { style: `background:${colour};opacity:${opacity ?? 1}` }));
    return item(swatch, to === null ? say(state.lang, "at_least", { a: bound(from) }) : `${bound(from)} – ${bound(to)}`, "");
  });
  const lowest = surface.legend[0]?.from ?? 0;
  if (lowest > 0) rows.unshift(item(h("span", { class: "swatch on-ground" }), say(state.lang, "not_painted", { b: bound(lowest) }), ""));
  const levels = [...new Set((surface.contours ?? []).map((line) => Number(line.properties?.["p"])))].sort((a, b) => a - b);
  if (levels.length > 0) rows.push(item(line_swatch(ink, 1.6, "4 2.5"), say(state.lang, "contours", { p: levels.map(bound).join(state.lang === "zh" ? "、" : ", ") }), ""));
  return [h("div", { class: "legend-unit" }, surface.unit[state.lang]), h("ul", { class: "legend-rows" }, ...rows), h("p", { class: "note" }, surface.note[state.lang])];
}

function site_rows(model: Model, state: State): HTMLElement[] {
  const day = site_day(model, state);
  const open = model.data.sites.filter((site) => is_open(site, day));
  const closed = model.data.sites.filter((site) => site.closed && site.closed <= day).length;
  const future = model.data.sites.length - open.length - closed;
  const rows = site_kinds.flatMap((kind) => {
    const n = open.filter((site) => site_kind(site.kind) === kind).length;
    return n > 0 ? [item(site_swatch(kind), say(state.lang, `kind_${kind}`), String(n))] : [];
  });
  return [h("div", { class: "legend-unit" }, say(state.lang, "sites_open", { n: open.length })), h("ul", { class: "legend-rows" }, ...rows),
    future + closed > 0 ? h("p", { class: "note" }, say(state.lang, "sites_rest", { a: future, b: closed })) : h("span", {}),
    h("p", { class: "note" }, say(state.lang, "sites_note"))];
}

export function make_legend(model: Model, store: Store): LegendPart {
  const body = h("div", { class: "legend-body" });
  const measure = h("div", { class: "measure segments", role: "group" });
  const other_level = h("button", { type: "button", class: "button other-level" });
  const element = h("section", { class: "legend", "aria-live": "polite" }, body, measure, other_level);
  other_level.addEventListener("click", () => {
    const level = finding_of(model, store.state())?.level;
    if (level) set_level(model, store, level);
  });
  const draw = (): void => {
    const state = store.state();
    element.setAttribute("aria-label", say(state.lang, "legend"));
    put(body, ...legend_contents(model, state));
    const level = finding_of(model, state)?.level ?? state.level;
    other_level.hidden = level === state.level;
    other_level.textContent = say(state.lang, "show_level", { level: level_name(state.lang, level) });
    measure.hidden = state.question !== "coverage";
    put(measure, ...(["effective", "visited"] as const).map((m) =>
      h("button", { type: "button", "aria-pressed": String(state.measure === m), click: () => store.set({ measure: m }) }, say(state.lang, m))));
  };
  store.subscribe((state, before) => {
    if (changed(state, before, "question", "finding", "level", "town", "week", "measure", "lang", "overlays")) draw();
  });
  draw();
  return { element };
}
