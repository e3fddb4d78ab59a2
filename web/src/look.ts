// What the map says of a unit under the current question, and how that looks. Map, table and legend all ask here.
import type { Level, Status, Unit } from "./data";
import type { Model } from "./model";
import type { ClassIndex, RampName } from "./palette";
import type { State } from "./state";

/** A class of the ramp, or a status with a look of its own. */
export type Look = ClassIndex | "too_few" | "missing" | "suppressed";
export interface Answer { value: number | null; status: Status }

/** The ramp that fills the units, or null where the question leaves them unfilled. */
export function ramp_of(state: State): RampName | null {
  return state.question === "gap" || state.question === "coverage" || state.question === "risk" ? state.question : null;
}

export function breaks_of(model: Model, ramp: RampName, level: Level): number[] {
  const classes = model.data.classes[ramp];
  return classes.breaks_by_level?.[level] ?? classes.breaks;
}

export function class_of(value: number, breaks: number[]): ClassIndex {
  let index = 0;
  while (index < 4 && value > (breaks[index] ?? Infinity)) ++index;
  return index as ClassIndex;
}

/** True where the map shows the as-of day itself, not an earlier week. */
export function is_latest(model: Model, state: State): boolean {
  return state.week >= model.last_week;
}

/** The unit's coverage in the chosen week, by the chosen measure. */
export function coverage_in_week(model: Model, state: State, unit: Unit): Answer {
  if (state.measure === "effective" && is_latest(model, state)) return unit.coverage;
  if (unit.coverage.status === "too_few" || unit.coverage.status === "suppressed") return { value: null, status: unit.coverage.status };
  const value = unit.weekly[state.measure][state.week] ?? null;
  return { value, status: value === null ? "missing" : "ok" };
}

export function answer(model: Model, state: State, unit: Unit): Answer {
  switch (state.question) {
    case "coverage": return coverage_in_week(model, state, unit);
    case "risk": return unit.risk;
    default: return { value: unit.gap.score, status: unit.gap.status };
  }
}

/** The unit's look, or null where the question does not fill units. */
export function look_of(model: Model, state: State, unit: Unit): Look | null {
  const ramp = ramp_of(state);
  if (!ramp) return null;
  const { value, status } = answer(model, state, unit);
  if (status !== "ok") return status;
  return value === null ? "missing" : class_of(value, breaks_of(model, ramp, unit.level));
}
