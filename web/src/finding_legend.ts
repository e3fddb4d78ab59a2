// The legend of a finding: its classes with their counts, and what colours and their absence may be taken to mean.
import type { Finding } from "./data";
import { h } from "./dom";
import { shows } from "./drawing";
import { look_name, tests_count } from "./finding";
import { by_look, filling_of, gap_scale, scale_of_finding, type Look } from "./look";
import type { Model } from "./model";
import { ink } from "./palette";
import type { State } from "./state";
import { level_name, say } from "./strings";
import { line_swatch, look_swatch } from "./symbols";

const row = (swatch: Node, text: string, tally: string): HTMLElement => h("li", {}, swatch, h("span", {}, text), h("span", { class: "num dim" }, tally));

/** Every class, found or not, then what else the units of the level are. */
function look_rows(model: Model, state: State, finding: Finding): HTMLElement[] {
  if (!filling_of(model, state)) return [];
  const counts = new Map(by_look(model, state).map(([look, units]) => [look, units.length]));
  const classes: Look[] = finding.gate.open ? finding.classes.map((_, i) => i) : [];
  const rest = [...counts.keys()].filter((look) => typeof look !== "number");
  return [...classes, ...rest].map((look) => row(look_swatch(look, finding.classes.length > 0 ? scale_of_finding(finding) : gap_scale), look_name(finding, look, state.lang), say(state.lang, "n_units", { n: counts.get(look) ?? 0 })));
}

/** One row for each class that an outline has. */
function shape_rows(finding: Finding, state: State): HTMLElement[] {
  if (!finding.gate.open) return [];
  return finding.classes.flatMap((c) => {
    const n = finding.shapes.filter((shape) => shape.class === c.id).length;
    return n > 0 ? [row(line_swatch(c.colour, 3), say(state.lang, "shape_line", { c: c.label[state.lang] }), say(state.lang, "n_units", { n }))] : [];
  });
}

/** Why no unit is coloured here, where none is. */
function absence(finding: Finding, state: State): string {
  const { lang } = state;
  if (!finding.gate.open) return finding.gate.sentence[lang];
  if (finding.level === null) return finding.shapes.length > 0 ? "" : say(lang, "finding_of_county");
  return finding.level === state.level ? "" : say(lang, "finding_of_level", { level: level_name(lang, finding.level) });
}

export function finding_rows(model: Model, state: State, finding: Finding): HTMLElement[] {
  const { lang } = state;
  const filling = filling_of(model, state) !== null;
  const rows = [...look_rows(model, state, finding), ...shape_rows(finding, state)];
  if (filling && finding.gate.open && shows(state, "p")) rows.push(row(line_swatch(ink, 1.2, "4 2.5"), say(lang, "plain_line"), ""));
  const why = absence(finding, state);
  const tests = tests_count(model, state);
  const note = rows.length > 0 || !finding.gate.open ? say(lang, finding.gate.open ? "finding_note" : "finding_closed_note") : "";
  return [
    ...(why ? [h("p", { class: finding.gate.open ? "why" : "why is-closed" }, why)] : []),
    h("ul", { class: "legend-rows" }, ...rows),
    ...(note ? [h("p", { class: "note" }, note)] : []),
    ...(tests ? [h("p", { class: "note tests-run" }, tests)] : []),
  ];
}
