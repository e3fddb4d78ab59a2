// The data with its indexes: units by code and level, in the order of the ranked table.
import type { Finding, Level, PageData, Unit } from "./data";

export interface Model {
  data: PageData;
  by_code: Map<string, Unit>;
  towns: Unit[];
  /** Units of a level, ranked ones first by rank, then too_few, suppressed and missing, each by code. */
  ranked: Map<Level, Unit[]>;
  last_week: number;
  findings: Map<string, Finding>;
}

const status_order = { ok: 0, too_few: 1, suppressed: 2, missing: 3 } as const;

function by_rank(a: Unit, b: Unit): number {
  const status = status_order[a.gap.status] - status_order[b.gap.status];
  if (status !== 0) return status;
  const rank = (a.gap.rank ?? Infinity) - (b.gap.rank ?? Infinity);
  if (rank !== 0 && !Number.isNaN(rank)) return rank;
  return a.code < b.code ? -1 : 1;
}

export function make_model(data: PageData): Model {
  const by_code = new Map(data.units.map((unit) => [unit.code, unit]));
  const ranked = new Map<Level, Unit[]>();
  for (const level of data.levels) ranked.set(level, data.units.filter((u) => u.level === level).sort(by_rank));
  const towns = data.units.filter((u) => u.level === "town").sort((a, b) => (a.code < b.code ? -1 : 1));
  const findings = new Map((data.findings ?? []).map((finding) => [finding.id, finding]));
  return { data, by_code, towns, ranked, last_week: data.weeks.length - 1, findings };
}

/** Units of a level, within the chosen town if there is one. */
export function units_in(model: Model, level: Level, town: string): Unit[] {
  const units = model.ranked.get(level) ?? [];
  return town ? units.filter((unit) => unit.town === town) : units;
}

/** The unit itself, or the first of its parents, that is of the level. */
export function ancestor(model: Model, code: string, level: Level): Unit | undefined {
  let unit = model.by_code.get(code);
  for (let step = 0; unit && step < 5; ++step) {
    if (unit.level === level) return unit;
    unit = unit.parent ? model.by_code.get(unit.parent) : undefined;
  }
  return undefined;
}

/** Where a unit lies, in words: its parents below the county, outermost first. */
export function place_of(model: Model, unit: Unit): string[] {
  const names: string[] = [];
  let parent = unit.parent ? model.by_code.get(unit.parent) : undefined;
  for (let step = 0; parent && step < 5; ++step) {
    names.unshift(parent.name);
    parent = parent.parent ? model.by_code.get(parent.parent) : undefined;
  }
  if (names.length === 0 && unit.level !== "town") {
    const town = model.by_code.get(unit.town);
    if (town) names.push(town.name);
  }
  return names;
}
