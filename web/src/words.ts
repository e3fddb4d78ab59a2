// Short statements about a unit, used by tooltip, table and card alike.
import type { Lang, Rate, Unit } from "./data";
import { fraction, number, percent } from "./format";
import { finding_words } from "./finding";
import { coverage_in_week, filling_of, is_latest } from "./look";
import { place_of, type Model } from "./model";
import type { State } from "./state";
import { say, status_name } from "./strings";

export const rate_of = (unit: Unit, id: string): Rate | undefined => unit.rates.find((rate) => rate.id === id);

/** "61 / 212 (28.8%)", or a plain word where the rate is undefined. */
export function rate_words(state: State, rate: Rate | undefined): string {
  if (!rate) return "–";
  if (rate.value === null || rate.denominator === 0) return say(state.lang, "undefined_rate");
  return `${fraction(rate.numerator, rate.denominator)} (${percent(rate.value)})`;
}

/** The unit's coverage in the chosen week as households over households. */
export function coverage_fraction(model: Model, state: State, unit: Unit): string {
  const { value, status } = coverage_in_week(model, state, unit);
  if (status !== "ok" || value === null) return status_name(state.lang, status);
  const visited = rate_of(unit, "visited");
  if (state.measure === "visited" && is_latest(model, state) && visited) return fraction(visited.numerator, visited.denominator);
  const households = value * unit.households;
  return fraction(state.measure === "visited" ? Math.round(households) : Number(households.toFixed(1)), unit.households);
}

export function coverage_percent(model: Model, state: State, unit: Unit): string {
  const { value } = coverage_in_week(model, state, unit);
  return value === null ? "" : percent(value);
}

export function cases_words(lang: Lang, unit: Unit): string {
  if (unit.cases.status === "suppressed") return say(lang, "cases_withheld");
  return unit.cases.value === null ? "–" : number(unit.cases.value);
}

/** A score with about three digits, whatever its size. */
export function score_words(value: number): string {
  const size = Math.abs(value);
  return number(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** Head line and facts of a unit under the current question. */
export function describe(model: Model, state: State, unit: Unit): string[] {
  const { lang } = state;
  const head = [...place_of(model, unit), unit.name].join(" · ");
  switch (state.question) {
    case "coverage": {
      const title = say(lang, state.measure === "visited" ? "visited" : "effective");
      return [head, `${title} ${coverage_fraction(model, state, unit)} ${coverage_percent(model, state, unit)}`];
    }
    case "risk":
      return [head, unit.risk.status === "ok" && unit.risk.value !== null
        ? `${say(lang, "col_risk")} ${number(unit.risk.value, 1)}` : status_name(lang, unit.risk.status)];
    case "findings": {
      const finding = filling_of(model, state);
      return finding ? [head, finding_words(finding, unit, lang)] : [head];
    }
    case "sites":
      return [head, `${say(lang, "col_sites")} ${rate_words(state, rate_of(unit, "site_reach"))}`];
    case "gap":
      return [head, gap_words(state, unit), `${say(lang, "visited")} ${rate_words(state, rate_of(unit, "visited"))}`];
    default:   // a surface
      return [head, `${say(lang, "cases")} ${cases_words(lang, unit)}`];
  }
}

function gap_words(state: State, unit: Unit): string {
  const { score, rank, status } = unit.gap;
  if (status !== "ok" || score === null) return status_name(state.lang, status);
  return `${say(state.lang, "gap_score")} ${score_words(score)} · ${say(state.lang, "col_rank")} ${rank === null ? "–" : String(rank)}`;
}
