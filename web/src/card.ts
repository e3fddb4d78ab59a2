// The card of the chosen unit: the sentence first, then the cascade, the trend, the reasons and what to do.
import { set_finding } from "./choose";
import type { Finding, Rate, Text, Unit } from "./data";
import { h, put } from "./dom";
import { finding_contents, findings_in_card } from "./finding_card";
import { fraction, number, percent } from "./format";
import { finding_of, look_of, scale_of } from "./look";
import { place_of, units_in, type Model } from "./model";
import { changed, type State, type Store } from "./state";
import { level_name, say, status_name } from "./strings";
import { look_swatch } from "./symbols";
import { trend_chart } from "./trend";
import { score_words } from "./words";

export interface CardPart { element: HTMLElement }

export interface Moves { to_unit(code: string): void; to_shape(id: string): void }

export function make_card(model: Model, store: Store, moves: Moves): CardPart {
  const element = h("section", { class: "card", "aria-live": "polite", tabindex: 0 });
  const one_column = window.matchMedia("(max-width: 760px)");
  const pick = (unit: Unit): void => {
    store.set({ level: unit.level, unit: unit.code });
    moves.to_unit(unit.code);
  };
  const choose = (finding: Finding): void => {
    const { question, finding: shown } = store.state();
    if (question === "findings" && shown === finding.id) store.set({ unit: "" });
    else set_finding(model, store, finding);
  };
  const draw = (): void => {
    const state = store.state();
    const unit = model.by_code.get(state.unit);
    const finding = finding_of(model, state);
    element.classList.toggle("is-empty", !unit && !finding);
    element.setAttribute("aria-label", unit?.name ?? finding?.label[state.lang] ?? say(state.lang, "pick_unit"));
    if (unit) put(element, ...contents(model, state, unit, { pick, choose, close: () => store.set({ unit: "" }), locate: () => moves.to_unit(unit.code) }));
    else if (finding) put(element, ...finding_contents(model, state, finding, moves.to_shape));
    else put(element, ...invitation(model, state, pick));
  };
  store.subscribe((state, before) => {
    if (!changed(state, before, "unit", "lang", "week", "question", "finding", "measure", "level", "town")) return;
    draw();
    if (!changed(state, before, "unit", "finding")) return;
    element.scrollTop = 0;
    if (state.unit && one_column.matches) element.scrollIntoView({ block: "start" });
  });
  draw();
  return { element };
}

function invitation(model: Model, state: State, pick: (unit: Unit) => void): HTMLElement[] {
  const worst = units_in(model, state.level, state.town).find((u) => u.gap.status === "ok");
  const parts: HTMLElement[] = [h("p", { class: "dim" }, say(state.lang, "pick_unit"))];
  if (worst) parts.push(h("button", { type: "button", class: "button", click: () => pick(worst) }, say(state.lang, "pick_worst")));
  return parts;
}

interface Acts { pick: (unit: Unit) => void; choose: (finding: Finding) => void; close: () => void; locate: () => void }

function contents(model: Model, state: State, unit: Unit, acts: Acts): (HTMLElement | null)[] {
  const { lang } = state;
  const findings = findings_in_card(model, state, unit, acts.choose);
  const first = state.question === "findings";   // the answer to what was asked comes first
  return [
    card_head(model, state, unit, acts),
    h("p", { class: "sentence" }, unit.sentence[lang]),
    first ? findings : null,
    facts(model, state, unit),
    unit.gap.status === "ok" && unit.gap.rank !== null ? h("p", { class: "dim" }, say(lang, "rank_chance")) : null,
    h("h3", {}, say(lang, "cascade")),
    h("div", { class: "cascade" }, ...steps(state, unit)),
    h("h3", {}, say(lang, "trend"), h("span", { class: "dim" }, ` ${say(lang, "trend_axis", { n: number(unit.households) })}`)),
    trend(model, state, unit),
    list(say(lang, "reasons"), unit.reasons, state),
    list(say(lang, "actions"), unit.actions, state),
    first ? null : findings,
  ];
}

function card_head(model: Model, state: State, unit: Unit, acts: Acts): HTMLElement {
  const { lang } = state;
  const scale = scale_of(model, state);
  const look = look_of(model, state, unit);
  const parent = unit.parent ? model.by_code.get(unit.parent) : undefined;
  const place = place_of(model, unit).join(" · ");
  return h("div", { class: "card-head" },
    h("div", { class: "card-title" },
      h("h2", {}, scale && look !== null ? look_swatch(look, scale) : null, unit.name),
      h("div", { class: "dim" }, `${level_name(lang, unit.level)} ${unit.code}`,
        parent ? h("span", {}, ` · ${say(lang, "lies_in")} `, h("button", { type: "button", class: "link", click: () => acts.pick(parent) }, place)) : null)),
    h("button", { type: "button", class: "button small", click: acts.locate }, say(lang, "go_to")),
    h("button", { type: "button", class: "button small", click: acts.close, "aria-label": say(lang, "close") }, "×"));
}

function facts(model: Model, state: State, unit: Unit): HTMLElement {
  const { lang } = state;
  const { score, rank, status } = unit.gap;
  const ranked = (model.ranked.get(unit.level) ?? []).filter((u) => u.gap.status === "ok").length;
  const gap = status === "ok" && score !== null ? score_words(score) : status_name(lang, status);
  const cases = unit.cases.status === "suppressed" ? say(lang, "cases_withheld")
    : unit.cases.value === null ? status_name(lang, unit.cases.status) : say(lang, "cases_n", { n: number(unit.cases.value) });
  const risk = unit.risk.status === "ok" && unit.risk.value !== null ? number(unit.risk.value, 1) : status_name(lang, unit.risk.status);
  const row = (term: string, value: string) => [h("dt", {}, term), h("dd", {}, value)];
  return h("dl", { class: "facts" },
    ...row(say(lang, "gap_score"), rank === null || status !== "ok" ? gap : `${gap} · ${say(lang, "rank_of", { r: rank, n: ranked })}`),
    ...row(say(lang, "col_risk"), risk),
    ...row(say(lang, "cases"), cases),
    ...row(say(lang, "col_households"), `${say(lang, "households_n", { n: number(unit.households) })} · ${say(lang, "people_at_risk", { n: number(unit.people_at_risk) })}`),
    ...(unit.organisation ? row(say(lang, "organisation"), unit.organisation) : []));
}

function bar(value: number | null, css: string): HTMLElement {
  const share = value === null ? 0 : Math.min(1, Math.max(0, value));
  return h("div", { class: `bar${value === null ? " is-undefined" : ""}` }, h("div", { class: `bar-fill ${css}`, style: `width:${(share * 100).toFixed(1)}%` }));
}

/** Effective coverage once: where gapmap gives it as a rate, with its denominator, source and date, that; else from the reading. */
function steps(state: State, unit: Unit): HTMLElement[] {
  const decayed = unit.rates.find((rate) => rate.id === "effective");
  const others = unit.rates.filter((rate) => rate.id !== "effective").map((rate) => rate_bar(state, rate));
  return [effective_bar(state, unit, decayed), ...others];
}

function effective_bar(state: State, unit: Unit, rate: Rate | undefined): HTMLElement {
  const { value, status } = unit.coverage;
  const words = status === "ok" && value !== null
    ? `${fraction(Number((value * unit.households).toFixed(1)), unit.households)} (${percent(value)})` : status_name(state.lang, status);
  return h("div", { class: "step" },
    h("div", { class: "step-head" }, h("span", {}, say(state.lang, "effective")), h("span", { class: "num" }, words)),
    bar(status === "ok" ? value : null, "is-effective"),
    h("div", { class: "dim" }, say(state.lang, "effective_note")),
    rate ? h("div", { class: "dim" }, origin_of(state, rate)) : null);
}

function rate_bar(state: State, rate: Rate): HTMLElement {
  const { lang } = state;
  const undefined_rate = rate.value === null || rate.denominator === 0;
  const words = undefined_rate ? say(lang, "undefined_rate") : `${fraction(rate.numerator, rate.denominator)} (${percent(rate.value ?? 0)})`;
  return h("div", { class: "step" },
    h("div", { class: "step-head" }, h("span", {}, rate.label[lang]), h("span", { class: "num" }, words)),
    bar(undefined_rate ? null : rate.value, ""),
    h("div", { class: "dim" }, origin_of(state, rate)));
}

const origin_of = ({ lang }: State, rate: Rate): string => [rate.population[lang], rate.source[lang], rate.as_of].join(" · ");

function trend(model: Model, state: State, unit: Unit): HTMLElement {
  const key = (css: string, text: string) => h("span", { class: "trend-key" }, h("span", { class: `dash ${css}` }), text);
  return h("div", {}, h("div", { class: "trend-keys dim" }, key("visited", say(state.lang, "visited")), key("effective", say(state.lang, "effective"))),
    trend_chart(model, state, unit));
}

function list(title: string, items: Text[], state: State): HTMLElement | null {
  if (items.length === 0) return null;
  return h("div", { class: "list" }, h("h3", {}, title), h("ul", {}, ...items.map((item) => h("li", {}, item[state.lang]))));
}
