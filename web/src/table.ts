// The ranked table. Long lists hold only the rows in sight.
import type { Lang, Status, Unit } from "./data";
import { h, put } from "./dom";
import { decimals_for, fraction, number } from "./format";
import { look_name } from "./finding";
import { by_look, filling_of, gap_scale, look_of, scale_of, type Look } from "./look";
import { units_in, type Model } from "./model";
import { changed, type State, type Store } from "./state";
import { level_name, say, status_name, type Key } from "./strings";
import { look_swatch } from "./symbols";
import { cases_words, coverage_fraction, rate_of } from "./words";

export const row_px = 32;
const virtual_above = 200;

interface Head { head: string; look: Look; count: number }
type Line = Head | { unit: Unit };

/** Ranked units first, then each status under its own heading; by class where the map shows a finding. */
export function lines_of(model: Model, state: State): Line[] {
  const finding = filling_of(model, state);
  if (finding) return by_look(model, state).flatMap(([look, units]) => [{ head: look_name(finding, look, state.lang), look, count: units.length }, ...units.map((unit) => ({ unit }))]);
  return lines_by_status(units_in(model, state.level, state.town), state.lang);
}

function lines_by_status(units: Unit[], lang: Lang): Line[] {
  const lines: Line[] = units.filter((u) => u.gap.status === "ok").map((unit) => ({ unit }));
  for (const status of ["too_few", "suppressed", "missing"] as Exclude<Status, "ok">[]) {
    const rest = units.filter((u) => u.gap.status === status);
    if (rest.length > 0) lines.push({ head: say(lang, `head_${status}` as Key), look: status, count: rest.length }, ...rest.map((unit) => ({ unit })));
  }
  return lines;
}

/** Heading and cell of the column that goes with the question. */
export function question_column(state: State): { head: Key; cell: (model: Model, state: State, unit: Unit) => string } {
  switch (state.question) {
    case "coverage": return { head: state.measure === "visited" ? "col_visited" : "col_coverage", cell: coverage_fraction };
    case "risk": return { head: "col_risk", cell: (_, s, u) =>
      (u.risk.status === "ok" && u.risk.value !== null ? number(u.risk.value, 1) : status_name(s.lang, u.risk.status)) };
    case "sites": return { head: "col_sites", cell: (_, s, u) => fraction_of(s, u, "site_reach") };
    case "gap": return { head: "col_visited", cell: (_, s, u) => fraction_of(s, u, "visited") };
    default: return { head: "col_cases", cell: (_m, s, u) => cases_words(s.lang, u) };   // surfaces and findings
  }
}

function fraction_of(state: State, unit: Unit, id: string): string {
  const rate = rate_of(unit, id);
  if (!rate || rate.denominator === 0) return say(state.lang, "status_missing");
  return fraction(rate.numerator, rate.denominator);
}

/** Buildings and grids carry the names of their parents; a name alone would not say which. */
function place_in_table(model: Model, state: State, unit: Unit): string {
  if (unit.level === "town") return "";
  if (unit.level === "building") return (unit.parent && model.by_code.get(unit.parent)?.name) || "";
  return state.town ? "" : model.by_code.get(unit.town)?.name ?? "";
}

export interface TablePart { element: HTMLElement }

export function make_table(model: Model, store: Store, go_to: (code: string) => void): TablePart {
  const title = h("h2", {});
  const tally = h("span", { class: "dim" });
  const head = h("div", { class: "row row-head", role: "row" });
  const body = h("div", { class: "rows-body", role: "rowgroup" });
  const scroller = h("div", { class: "rows", role: "grid", tabindex: 0 }, head, body);
  const element = h("section", { class: "table" }, h("div", { class: "panel-head" }, title, tally), scroller);

  let lines: Line[] = [];
  let decimals = 2;
  let cursor = "";   // the row that the keyboard stands on
  const index_of = (code: string) => lines.findIndex((line) => "unit" in line && line.unit.code === code);

  const choose = (code: string): void => {
    cursor = code;
    store.set({ unit: code, hover: code });
    go_to(code);
  };

  const unit_row = (unit: Unit, index: number): HTMLElement => {
    const state = store.state();
    const scale = scale_of(model, state);
    const look = look_of(model, state, unit);
    const place = place_in_table(model, state, unit);
    const selected = unit.code === state.unit;
    const marks = `row${selected ? " is-selected" : ""}${unit.code === state.hover ? " is-hover" : ""}${unit.code === cursor ? " is-cursor" : ""}`;
    const ok = unit.gap.status === "ok" && unit.gap.score !== null;
    return h("div", { class: marks, role: "row", id: `row-${unit.code}`, "data-code": unit.code, "aria-selected": String(selected), "aria-rowindex": index + 2, style: `top:${index * row_px}px` },
      h("span", { role: "gridcell", class: "num rank" }, ok && unit.gap.rank !== null ? String(unit.gap.rank) : "–"),
      h("span", { role: "gridcell", class: "mark" }, scale && look !== null ? look_swatch(look, scale) : null),
      h("span", { role: "gridcell", class: "name", title: `${place} ${unit.name}`.trim() }, unit.name, place ? h("span", { class: "dim" }, ` ${place}`) : null),
      h("span", { role: "gridcell", class: "num" }, ok ? number(unit.gap.score ?? 0, decimals) : "–"),
      h("span", { role: "gridcell", class: "num wide" }, question_column(state).cell(model, state, unit)));
  };

  const head_row = (line: Head, index: number): HTMLElement =>
    h("div", { class: "row row-section", role: "row", "aria-rowindex": index + 2, style: `top:${index * row_px}px` },
      look_swatch(line.look, scale_of(model, store.state()) ?? gap_scale),
      h("span", { role: "gridcell" }, `${line.head} (${line.count})`));

  const draw_rows = (): void => {
    const all = lines.length <= virtual_above;
    const first = all ? 0 : Math.max(0, Math.floor(scroller.scrollTop / row_px) - 8);
    const last = all ? lines.length : Math.min(lines.length, first + Math.ceil(scroller.clientHeight / row_px) + 18);
    body.style.height = `${lines.length * row_px}px`;
    put(body, ...lines.slice(first, last).map((line, i) => ("unit" in line ? unit_row(line.unit, first + i) : head_row(line, first + i))));
    if (lines.length === 0) put(body, h("p", { class: "empty" }, say(store.state().lang, "no_units")));
    scroller.setAttribute("aria-activedescendant", index_of(cursor) >= 0 ? `row-${cursor}` : "");
  };

  const draw = (): void => {
    const state = store.state();
    const units = units_in(model, state.level, state.town);
    const finding = filling_of(model, state);
    lines = lines_of(model, state);
    decimals = decimals_for(units.map((u) => u.gap.score));
    title.textContent = finding ? say(state.lang, "ranking_by") : say(state.lang, "ranking");
    const counted = finding ? say(state.lang, "units_found", { n: units.filter((u) => typeof look_of(model, state, u) === "number").length, m: units.length })
      : say(state.lang, "units_ranked", { n: units.filter((u) => u.gap.status === "ok").length, m: units.length });
    tally.textContent = `${level_name(state.lang, state.level)}${state.lang === "zh" ? "：" : ": "}${counted}`;
    scroller.setAttribute("aria-label", `${say(state.lang, "ranking")}. ${say(state.lang, "table_hint")}`);
    scroller.setAttribute("aria-rowcount", String(lines.length + 1));
    const column = (key: Key, css = "") => h("span", { role: "columnheader", class: css }, say(state.lang, key));
    put(head, column("col_rank", "num rank"), h("span", { role: "columnheader", class: "mark" }), column("col_unit", "name"),
      column("col_gap", "num"), column(question_column(state).head, "num wide"));
    draw_rows();
  };

  const bring_into_sight = (code: string): void => {
    const index = index_of(code);
    if (index < 0) return;
    const top = index * row_px;
    const room = scroller.clientHeight - head.offsetHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + row_px > scroller.scrollTop + room) scroller.scrollTop = top + row_px - room;
  };

  const step = (by: number): void => {
    let index = index_of(cursor || store.state().unit);
    index = index < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.max(0, Math.min(lines.length - 1, index + by));
    let line = lines[index];
    while (line && !("unit" in line)) line = lines[index += by < 0 ? -1 : 1];
    if (!line) return;
    cursor = line.unit.code;
    store.set({ hover: cursor });
    bring_into_sight(cursor);
    draw_rows();
  };

  bind_keys(scroller, step, () => { if (index_of(cursor) >= 0) choose(cursor); }, () => lines.length);
  body.addEventListener("click", (event) => {
    const code = (event.target as Element).closest("[data-code]")?.getAttribute("data-code");
    if (code) choose(code);
  });
  body.addEventListener("pointerover", (event) => {
    const code = (event.target as Element).closest("[data-code]")?.getAttribute("data-code");
    if (code && (event as PointerEvent).pointerType !== "touch") store.set({ hover: code });
  });
  body.addEventListener("pointerleave", () => store.set({ hover: "" }));
  scroller.addEventListener("scroll", () => { if (lines.length > virtual_above) draw_rows(); }, { passive: true });
  window.addEventListener("resize", () => { if (lines.length > virtual_above) draw_rows(); });

  store.subscribe((state, before) => {
    if (changed(state, before, "question", "finding", "level", "town")) { cursor = ""; scroller.scrollTop = 0; }
    if (changed(state, before, "question", "finding", "level", "town", "week", "measure", "lang")) draw();
    if (changed(state, before, "unit", "level", "town") && state.unit) { cursor = state.unit; bring_into_sight(state.unit); draw_rows(); }
    if (changed(state, before, "unit", "hover")) mark_rows(body, state, cursor);
  });
  draw();
  requestAnimationFrame(() => { if (store.state().unit) { cursor = store.state().unit; bring_into_sight(cursor); draw_rows(); } });
  return { element };
}

function mark_rows(body: HTMLElement, state: State, cursor: string): void {
  for (const row of body.querySelectorAll("[data-code]")) {
    const code = row.getAttribute("data-code");
    row.classList.toggle("is-selected", code === state.unit);
    row.classList.toggle("is-hover", code === state.hover);
    row.classList.toggle("is-cursor", code === cursor);
    row.setAttribute("aria-selected", String(code === state.unit));
  }
}

function bind_keys(scroller: HTMLElement, step: (by: number) => void, choose: () => void, length: () => number): void {
  const page = () => Math.max(1, Math.floor(scroller.clientHeight / row_px) - 2);
  const keys: Record<string, () => void> = {
    ArrowDown: () => step(1), ArrowUp: () => step(-1), PageDown: () => step(page()), PageUp: () => step(-page()),
    Home: () => step(-length()), End: () => step(length()), Enter: choose, " ": choose,
  };
  scroller.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
}

