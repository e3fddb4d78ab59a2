// The card of a finding: what it says in two sentences, whether it may say anything, then its results and parameters.
import type { Finding, Unit } from "./data";
import { h } from "./dom";
import { finding_tally, findings_of_unit, look_name, plain_name, tests_words } from "./finding";
import { look_in, scale_of_finding } from "./look";
import type { Model } from "./model";
import { series_block } from "./series";
import type { State } from "./state";
import { level_name, say } from "./strings";
import { line_swatch, look_swatch } from "./symbols";

type Table = NonNullable<Finding["table"]>;

export function gate_line(finding: Finding, state: State): HTMLElement {
  const { open, sentence } = finding.gate;
  return h("p", { class: `gate ${open ? "is-open" : "is-closed"}` },
    h("strong", {}, `${open ? "✓" : "✗"} ${say(state.lang, open ? "gate_open" : "gate_closed")}`), h("span", {}, sentence[state.lang]));
}

const looks_numeric = (text: string): boolean => /^[\s\d.,%+−–\-/()≤≥<>=]*$/.test(text);

export function finding_table(table: Table, state: State): HTMLElement {
  const { lang } = state;
  const numeric = table.columns.map((_, c) => table.rows.every((row) => looks_numeric(row[c]?.[lang] ?? "")));
  const cell = (tag: "th" | "td", text: string, c: number) => h(tag, { class: numeric[c] ? "num" : null, scope: tag === "th" ? "col" : null }, text);
  return h("table", {},
    h("thead", {}, h("tr", {}, ...table.columns.map((text, c) => cell("th", text[lang], c)))),
    h("tbody", {}, ...table.rows.map((row) => h("tr", {}, ...table.columns.map((_, c) => cell("td", row[c]?.[lang] ?? "", c))))));
}

/** The shapes in words; `show` takes the map there. */
export function shape_list(finding: Finding, state: State, show?: (id: string) => void): HTMLElement {
  const { lang } = state;
  return h("ul", { class: "shapes" }, ...finding.shapes.map((shape) => {
    const kind = finding.classes.find((c) => c.id === shape.class);
    const name = show ? h("button", { type: "button", class: "link", click: () => show(shape.id) }, shape.label[lang]) : h("strong", {}, shape.label[lang]);
    return h("li", {}, kind ? line_swatch(kind.colour, 3) : null, h("div", {}, name, h("span", { class: "dim" }, ` ${kind?.label[lang] ?? ""}`), h("div", {}, shape.sentence[lang])));
  }));
}

export function parameter_list(finding: Finding, state: State): HTMLElement {
  return h("dl", { class: "facts" }, ...finding.parameters.flatMap((p) => [h("dt", {}, p.label[state.lang]), h("dd", {}, p.value[state.lang])]));
}

/** Series, table and shapes, each under its head. */
export function finding_results(finding: Finding, state: State, show?: (id: string) => void): HTMLElement[] {
  const { lang } = state;
  const parts: HTMLElement[] = [];
  if (finding.series) parts.push(h("h3", {}, finding.series.label[lang]), series_block(finding.series, state));
  if (finding.table) parts.push(h("h3", {}, say(lang, "finding_table")), h("div", { class: "finding-table", tabindex: show ? 0 : null, role: "region", "aria-label": say(lang, "finding_table") }, finding_table(finding.table, state)));
  if (finding.gate.open && finding.shapes.length > 0) parts.push(h("h3", {}, say(lang, "finding_shapes")), shape_list(finding, state, show));
  return parts;
}

export function finding_contents(model: Model, state: State, finding: Finding, show: (id: string) => void): (HTMLElement | null)[] {
  const { lang } = state;
  const tests = tests_words(model, state);
  const facts = [finding.level ? level_name(lang, finding.level) : say(lang, "whole_county"), finding_tally(finding, lang), `${say(lang, "as_of")} ${model.data.as_of}`];
  return [
    h("h2", {}, finding.label[lang]),
    h("div", { class: "dim" }, facts.filter(Boolean).join(" · ")),
    h("p", { class: "sentence" }, finding.card[lang]),
    gate_line(finding, state),
    ...finding_results(finding, state, show),
    finding.parameters.length > 0 ? h("h3", {}, say(lang, "finding_parameters")) : null,
    finding.parameters.length > 0 ? parameter_list(finding, state) : null,
    tests ? h("p", { class: "note" }, tests) : null,
    finding.level !== null ? h("p", { class: "note" }, say(lang, "finding_unit_hint")) : null,
  ];
}

/** In the card of a unit: what each finding of its level says of it, adjusted first, unadjusted beside it. */
export function findings_in_card(model: Model, state: State, unit: Unit, choose: (finding: Finding) => void): HTMLElement | null {
  const { lang } = state;
  const findings = findings_of_unit(model, state, unit);
  if (findings.length === 0) return null;
  return h("div", { class: "findings" }, h("h3", {}, say(lang, "findings")), ...findings.map((finding) => {
    const look = look_in(finding, unit);
    const plain = plain_name(finding, unit, lang);
    const shown = state.question === "findings" && finding.id === state.finding;
    return h("div", { class: `finding-item${shown ? " is-shown" : ""}`, "data-finding": finding.id },
      h("div", { class: "finding-head" }, look_swatch(look, scale_of_finding(finding)),
        h("button", { type: "button", class: "link", title: say(lang, "to_finding"), click: () => choose(finding) }, finding.label[lang]),
        h("strong", { class: "finding-class" }, look_name(finding, look, lang))),
      h("p", {}, finding.gate.open ? finding.units[unit.code]?.sentence[lang] ?? "" : finding.gate.sentence[lang]),
      plain ? h("p", { class: "dim" }, say(lang, "unadjusted", { c: plain })) : null);
  }));
}
