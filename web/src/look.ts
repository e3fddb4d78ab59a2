// What the map says of a unit under the current question, and how that looks. Map, table and legend all ask here.
import type { Finding, Level, Mark, Status, Unit } from "./data";
import { units_in, type Model } from "./model";
import { ramp_names, ramps, type RampName } from "./palette";
import type { State } from "./state";

/** A class of the scale, or something with a look of its own: tested with nothing found, a gate that is closed, a status. */
export type Look = number | "none" | "closed" | "too_few" | "missing" | "suppressed";
export interface Answer { value: number | null; status: Status }

/** How classes are painted. `top`: which of them lies above where squares overlap. */
export interface Scale { key: string; colours: readonly string[]; marks: readonly Mark[]; top: "first" | "last" }

const ramp_scales: Record<RampName, Scale> = {
  gap: { key: "gap", colours: ramps.gap, marks: [], top: "last" },
  coverage: { key: "coverage", colours: ramps.coverage, marks: [], top: "last" },
  risk: { key: "risk", colours: ramps.risk, marks: [], top: "last" },
};

const finding_scales = new WeakMap<Finding, Scale>();

export function scale_of_finding(finding: Finding): Scale {
  const known = finding_scales.get(finding);
  if (known) return known;
  const scale: Scale = { key: `finding:${finding.id}`, colours: finding.classes.map((c) => c.colour), marks: finding.classes.map((c) => c.mark), top: "first" };
  finding_scales.set(finding, scale);
  return scale;
}

/** The ramp that fills the units, or null where the question leaves them unfilled or a finding fills them. */
export function ramp_of(state: State): RampName | null {
  return ramp_names.find((name) => name === state.question) ?? null;
}

/** The finding that the map shows, whatever its level. */
export function finding_of(model: Model, state: State): Finding | null {
  return state.question === "findings" ? model.findings.get(state.finding) ?? null : null;
}

/** The finding that fills the units of the level shown. */
export function filling_of(model: Model, state: State): Finding | null {
  const finding = finding_of(model, state);
  return finding && finding.level === state.level ? finding : null;
}

/** The scale that fills the units, or null where the question leaves them unfilled. */
export function scale_of(model: Model, state: State): Scale | null {
  const ramp = ramp_of(state);
  if (ramp) return ramp_scales[ramp];
  const finding = filling_of(model, state);
  return finding ? scale_of_finding(finding) : null;
}

export const gap_scale = ramp_scales.gap;

export function breaks_of(model: Model, ramp: RampName, level: Level): number[] {
  const classes = model.data.classes[ramp];
  return classes.breaks_by_level?.[level] ?? classes.breaks;
}

export function class_of(value: number, breaks: number[]): number {
  let index = 0;
  while (index < 4 && value > (breaks[index] ?? Infinity)) ++index;
  return index;
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

function answer(model: Model, state: State, unit: Unit, ramp: RampName): Answer {
  switch (ramp) {
    case "coverage": return coverage_in_week(model, state, unit);
    case "risk": return unit.risk;
    case "gap": return { value: unit.gap.score, status: unit.gap.status };
  }
}

/** The unit's look in a finding of its level. */
export function look_in(finding: Finding, unit: Unit): Look {
  if (!finding.gate.open) return "closed";
  const says = finding.units[unit.code];
  if (!says) return "missing";
  if (says.status !== "ok") return says.status;
  return says.class === null ? "none" : finding.classes.findIndex((c) => c.id === says.class);
}

/** The unit's look, or null where the question does not fill units. */
export function look_of(model: Model, state: State, unit: Unit): Look | null {
  const finding = filling_of(model, state);
  if (finding) return look_in(finding, unit);
  const ramp = ramp_of(state);
  if (!ramp) return null;
  const { value, status } = answer(model, state, unit, ramp);
  if (status !== "ok") return status;
  return value === null ? "missing" : class_of(value, breaks_of(model, ramp, unit.level));
}

/** The units in sight by look: classes first, in their order, then what has no class. */
export function by_look(model: Model, state: State): [Look, Unit[]][] {
  const groups = new Map<Look, Unit[]>();
  for (const unit of units_in(model, state.level, state.town)) {
    const look = look_of(model, state, unit);
    if (look === null) continue;
    const group = groups.get(look);
    if (group) group.push(unit);
    else groups.set(look, [unit]);
  }
  const order: Look[] = ["none", "closed", "too_few", "suppressed", "missing"];
  const place = (look: Look) => (typeof look === "number" ? look : 1000 + order.indexOf(look));
  return [...groups].sort(([a], [b]) => place(a) - place(b));
}
