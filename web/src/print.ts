// The sheet for paper: A4 landscape, the map with all that it needs to be read alone, then the table.
import ScaleLine from "ol/control/ScaleLine";
import OlMap from "ol/Map";
import View from "ol/View";
import { h, put } from "./dom";
import { fraction, number } from "./format";
import { extent_of, type Ground } from "./ground";
import { make_layers } from "./layers";
import { legend_contents, map_day, map_title } from "./legend";
import { units_in, type Model } from "./model";
import type { State, Store } from "./state";
import { level_name, say, status_name } from "./strings";
import { north_arrow } from "./symbols";
import { lines_of, question_column } from "./table";
import { rate_of, score_words } from "./words";

const paper_pixel_ratio = 2.5;

export interface PrintPart { print(): void }

export function make_print(model: Model, ground: Ground, store: Store, screen: OlMap): PrintPart {
  const sheet = h("div", { id: "sheet", "aria-hidden": "true" });
  document.body.append(sheet);
  let map: OlMap | null = null;
  const clear = (): void => {
    map?.setTarget(undefined);
    map = null;
    put(sheet);
  };
  const prepare = (): OlMap => {
    clear();
    const target = h("div", { class: "sheet-map" });
    const scale = h("div", { class: "sheet-scale" });
    put(sheet, map_page(model, store.state(), target, scale), table_page(model, store.state()));
    map = paper_map(model, ground, store, screen, target, scale);
    map.renderSync();
    return map;
  };
  window.addEventListener("beforeprint", () => { if (!map) prepare(); });
  window.addEventListener("afterprint", clear);
  return {
    print() {
      prepare().once("rendercomplete", () => window.print());
    },
  };
}

/** The same view as on the screen: the area that the screen shows, fitted into the paper's frame. */
function paper_map(model: Model, ground: Ground, store: Store, screen: OlMap, target: HTMLElement, scale: HTMLElement): OlMap {
  const layers = make_layers({ ground, model, state: () => ({ ...store.state(), hover: "" }), pixel_ratio: paper_pixel_ratio });
  const view = new View({ projection: "EPSG:3857", center: [0, 0], zoom: 10, enableRotation: false });
  const map = new OlMap({
    target, view, layers: layers.all, pixelRatio: paper_pixel_ratio, interactions: [],
    controls: [new ScaleLine({ units: "metric", minWidth: 90, target: scale })],
  });
  map.updateSize();
  view.fit(shown_extent(ground, store.state(), screen), { size: map.getSize() ?? [700, 500], padding: [8, 8, 8, 8] });
  return map;
}

function shown_extent(ground: Ground, state: State, screen: OlMap): [number, number, number, number] {
  const town = ground.area_of.get(state.town);
  const all = (town ? extent_of(town) : ground.extent) as [number, number, number, number];
  const seen = screen.getView().calculateExtent(screen.getSize() ?? [800, 600]);
  const clipped: [number, number, number, number] = [Math.max(all[0], seen[0] ?? 0), Math.max(all[1], seen[1] ?? 0), Math.min(all[2], seen[2] ?? 0), Math.min(all[3], seen[3] ?? 0)];
  return clipped[0] < clipped[2] && clipped[1] < clipped[3] ? clipped : all;
}

function map_page(model: Model, state: State, target: HTMLElement, scale: HTMLElement): HTMLElement {
  const { lang } = state;
  const { data } = model;
  const town = model.by_code.get(state.town)?.name;
  const place = town ?? say(lang, "whole_county");
  const small = (title: string, text: string) => h("div", { class: "sheet-fact" }, h("h3", {}, title), h("p", {}, text));
  return h("section", { class: "sheet-page" },
    h("div", { class: "sheet-title" }, h("h1", {}, `${data.title[lang]} · ${map_title(model, state)}`),
      h("p", {}, `${place} · ${say(lang, "as_of")} ${map_day(model, state)}`, data.demo ? h("strong", {}, ` · ${say(lang, "demo_long")}`) : null)),
    h("div", { class: "sheet-body" },
      h("div", { class: "sheet-frame" }, target),
      h("aside", { class: "sheet-side" },
        h("div", { class: "legend-body" }, ...legend_contents(model, state).slice(1)),
        small(say(lang, "print_denominators"), denominators(model, state)),
        small(say(lang, "formula"), data.formula[lang]),
        small(say(lang, "parameters"), data.parameters.map((p) => `${p.label[lang]} ${p.value}`).join(lang === "zh" ? "；" : "; ")),
        h("div", { class: "sheet-north" }, north_arrow(), scale),
        h("p", { class: "dim" }, say(lang, "crs")))));
}

function denominators(model: Model, state: State): string {
  const units = units_in(model, state.level, state.town);
  const sum = (pick: (i: number) => number) => units.reduce((total, _, i) => total + pick(i), 0);
  const visited = units.map((unit) => rate_of(unit, "visited"));
  const words = {
    level: level_name(state.lang, state.level), n: number(units.length),
    h: number(sum((i) => units[i]?.households ?? 0)), p: number(sum((i) => units[i]?.people_at_risk ?? 0)),
  };
  if (visited.some((rate) => !rate)) return say(state.lang, "print_denominators_short", words);
  const v = fraction(sum((i) => visited[i]?.numerator ?? 0), sum((i) => visited[i]?.denominator ?? 0));
  return say(state.lang, "print_denominators_text", { ...words, v });
}

function table_page(model: Model, state: State): HTMLElement {
  const { lang } = state;
  const units = units_in(model, state.level, state.town);
  const column = question_column(state);
  const gap_asked = column.head === "col_visited";
  const heads = [say(lang, "col_rank"), say(lang, "col_unit"), say(lang, "col_organisation"), say(lang, "col_households"), say(lang, "col_people"),
    say(lang, "col_gap"), say(lang, "col_visited"), ...(gap_asked ? [] : [say(lang, column.head)])];
  const rows = lines_of(units).map((line) => {
    if (!("unit" in line)) return h("tr", { class: "section" }, h("td", { colspan: heads.length }, `${say(lang, `head_${line.head}`)} (${line.count})`));
    const { unit } = line;
    const ok = unit.gap.status === "ok" && unit.gap.score !== null;
    const visited = rate_of(unit, "visited");
    const town = unit.level === "town" ? "" : model.by_code.get(unit.town)?.name ?? "";
    const cells: [string, boolean][] = [
      [ok && unit.gap.rank !== null ? String(unit.gap.rank) : "–", true], [`${town} ${unit.name}`.trim(), false], [unit.organisation ?? "", false],
      [number(unit.households), true], [number(unit.people_at_risk), true], [ok ? score_words(unit.gap.score ?? 0) : status_name(lang, unit.gap.status), true],
      [visited ? fraction(visited.numerator, visited.denominator) : "–", true]];
    if (!gap_asked) cells.push([column.cell(model, state, unit), true]);
    return h("tr", {}, ...cells.map(([text, numeric]) => h("td", { class: numeric ? "num" : null }, text)));
  });
  return h("section", { class: "sheet-page sheet-table" },
    h("h1", {}, `${say(lang, "print_table")} · ${level_name(lang, state.level)} · ${say(lang, "as_of")} ${model.data.as_of}`),
    h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((text, i) => h("th", { class: i === 1 || i === 2 ? null : "num" }, text)))), h("tbody", {}, ...rows)));
}
