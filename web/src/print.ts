// The sheet for paper: A4 landscape, the map with all that it needs to be read alone, then the table.
import ScaleLine from "ol/control/ScaleLine";
import { containsExtent, getIntersection, isEmpty } from "ol/extent";
import OlMap from "ol/Map";
import { transformExtent } from "ol/proj";
import View from "ol/View";
import type { Finding, Lang, Text, Unit } from "./data";
import { h, put } from "./dom";
import { fraction, number } from "./format";
import { plain_name } from "./finding";
import { finding_results } from "./finding_card";
import { extent_of, type Ground } from "./ground";
import { make_layers } from "./layers";
import { legend_contents, map_day, map_title } from "./legend";
import { filling_of, finding_of, is_latest } from "./look";
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
    const extent = h("span", { class: "sheet-extent" });
    put(sheet, map_page(model, store.state(), { target, scale, extent }), results_page(model, store.state()), table_page(model, store.state()));
    map = paper_map(model, ground, store, screen, target, scale);
    extent.textContent = extent_words(model, ground, store.state(), map);
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

type Box = [number, number, number, number];

/** The county, or the town that the page is narrowed to. */
const whole_of = (ground: Ground, state: State): Box => {
  const town = ground.area_of.get(state.town);
  return (town ? extent_of(town) : ground.extent) as Box;
};

function shown_extent(ground: Ground, state: State, screen: OlMap): Box {
  const all = whole_of(ground, state);
  const shared = getIntersection(all, screen.getView().calculateExtent(screen.getSize() ?? [800, 600])) as Box;
  return isEmpty(shared) ? all : shared;
}

/** "whole county", or which part of it the paper shows, in degrees, and what stays of the whole. */
function extent_words(model: Model, ground: Ground, state: State, map: OlMap): string {
  const { lang } = state;
  const all = whole_of(ground, state);
  const seen = map.getView().calculateExtent(map.getSize() ?? [700, 500]) as Box;
  const place = model.by_code.get(state.town)?.name ?? say(lang, "whole_county");
  if (containsExtent(seen, all)) return place;
  const [west, south, east, north] = transformExtent(getIntersection(all, seen), "EPSG:3857", "EPSG:4326").map((v) => v.toFixed(2)) as [string, string, string, string];
  return say(lang, state.town ? "part_of_town" : "part_of_county", { t: place, west, south, east, north });
}

interface Slots { target: HTMLElement; scale: HTMLElement; extent: HTMLElement }

/** Map and legend side by side; formula and parameters in full below them, across the sheet. */
function map_page(model: Model, state: State, { target, scale, extent }: Slots): HTMLElement {
  const { lang } = state;
  const { data } = model;
  const finding = finding_of(model, state);
  return h("section", { class: "sheet-page sheet-map-page" },
    h("div", { class: "sheet-title" }, h("h1", {}, `${data.title[lang]} · ${map_title(model, state)}`),
      h("p", {}, extent, ` · ${say(lang, "as_of")} ${map_day(model, state)}`, data.demo ? h("strong", {}, ` · ${say(lang, "demo_long")}`) : null)),
    h("div", { class: "sheet-body" },
      h("div", { class: "sheet-frame" }, target),
      h("aside", { class: "sheet-side" },
        h("div", { class: "legend-body" }, ...legend_contents(model, state).slice(1)),
        fact(`${say(lang, "print_denominators")}${lang === "zh" ? `（${place_words(model, state)}）` : ` (${place_words(model, state)})`}`, denominators(model, state)),
        h("div", { class: "sheet-north" }, north_arrow(), scale),
        h("p", { class: "dim" }, say(lang, "crs")))),
    h("div", { class: "sheet-foot" }, ...(finding ? finding_facts(state, finding) : formula_facts(model, state))));
}

type Facts = { label: Text; value: Text }[];

const fact = (title: string, text: string): HTMLElement => h("div", { class: "sheet-fact" }, h("h3", {}, title), h("p", {}, text));
const in_line = (facts: Facts, lang: Lang): string => facts.map((p) => `${p.label[lang]} ${p.value[lang]}`).join(lang === "zh" ? "；" : "; ");

/** How the gap was made: what the table of the gap, and every map but a finding's, stands on. */
function formula_facts({ data }: Model, { lang }: State): HTMLElement[] {
  return [fact(say(lang, "formula"), data.formula[lang]), fact(say(lang, "parameters"), in_line(data.parameters, lang))];
}

/** The card of the finding, whether it may say anything, and its parameters. */
function finding_facts({ lang }: State, finding: Finding): HTMLElement[] {
  const facts = [fact(finding.label[lang], finding.card[lang]), fact(say(lang, finding.gate.open ? "gate_open" : "gate_closed"), finding.gate.sentence[lang])];
  if (finding.parameters.length > 0) facts.push(fact(say(lang, "finding_parameters"), in_line(finding.parameters, lang)));
  return facts;
}

/** Series, table and outlined areas of the finding, where it has any. */
function results_page(model: Model, state: State): HTMLElement | null {
  const finding = finding_of(model, state);
  const results = finding ? finding_results(finding, state) : [];
  if (!finding || results.length === 0) return null;
  const { lang } = state;
  return h("section", { class: "sheet-page sheet-results" }, h("h1", {}, `${finding.label[lang]} · ${say(lang, "as_of")} ${model.data.as_of}`), ...results);
}

const place_words = (model: Model, state: State): string => model.by_code.get(state.town)?.name ?? say(state.lang, "whole_county");

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
  const finding = filling_of(model, state);
  // rows stand under their class already
  const column = finding ? { head: "col_plain" as const, cell: (_m: Model, s: State, unit: Unit) => plain_name(finding, unit, s.lang) } : question_column(state);
  // the table of the gap has what was visited up to the as-of day; only another reading needs a column of its own
  const own_column = state.question !== "gap" && !(state.question === "coverage" && state.measure === "visited" && is_latest(model, state));
  const own_head = is_latest(model, state) ? say(lang, column.head) : `${say(lang, column.head)} ${map_day(model, state)}`;
  const heads = [say(lang, "col_rank"), say(lang, "col_unit"), say(lang, "col_organisation"), say(lang, "col_households"), say(lang, "col_people"),
    say(lang, "col_gap"), say(lang, "col_visited"), ...(own_column ? [own_head] : [])];
  const rows = lines_of(model, state).map((line) => {
    if (!("unit" in line)) return h("tr", { class: "section" }, h("td", { colspan: heads.length }, `${line.head} (${line.count})`));
    const { unit } = line;
    const ok = unit.gap.status === "ok" && unit.gap.score !== null;
    const visited = rate_of(unit, "visited");
    const town = unit.level === "town" ? "" : model.by_code.get(unit.town)?.name ?? "";
    const cells: [string, boolean][] = [
      [ok && unit.gap.rank !== null ? String(unit.gap.rank) : "–", true], [`${town} ${unit.name}`.trim(), false], [unit.organisation ?? "", false],
      [number(unit.households), true], [number(unit.people_at_risk), true], [ok ? score_words(unit.gap.score ?? 0) : status_name(lang, unit.gap.status), true],
      [visited ? fraction(visited.numerator, visited.denominator) : "–", true]];
    if (own_column) cells.push([column.cell(model, state, unit), !finding]);
    return h("tr", {}, ...cells.map(([text, numeric]) => h("td", { class: numeric ? "num" : null }, text)));
  });
  return h("section", { class: "sheet-page sheet-table" },
    h("h1", {}, `${say(lang, "print_table")} · ${place_words(model, state)} · ${level_name(lang, state.level)} · ${say(lang, "as_of")} ${model.data.as_of}`),
    h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((text, i) => h("th", { class: i === 1 || i === 2 || (finding && i === 7) ? null : "num" }, text)))), h("tbody", {}, ...rows)),
    finding_of(model, state) ? h("div", { class: "sheet-foot" }, ...formula_facts(model, state)) : null);
}
