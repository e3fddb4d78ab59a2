// The contract between gapmap and its page: data.js holds `window.GAPMAP_DATA = {...};` of this shape.

export type Lang = "zh" | "en";
export interface Text { zh: string; en: string }
export type Level = "town" | "village" | "grid" | "building";

/** `too_few`: not enough data to say; `missing`: none; `suppressed`: known, withheld because the count is small. */
export type Status = "ok" | "too_few" | "missing" | "suppressed";
export interface Reading { value: number | null; status: Status }

/** What a measure is counted in, and what its colours may and may not be taken to mean. */
export interface Meaning { unit: Text; note: Text }

/** Five classes. Class i holds values <= breaks[i]; the fifth holds those above breaks[3]. Between two equal breaks lies no class. */
export interface Classes extends Meaning {
  breaks: number[];
  /** Optional: own breaks for a level, where one scale does not fit a town and a building alike. */
  breaks_by_level?: Partial<Record<Level, number[]>>;
}

/** A share that never travels without its denominator. */
export interface Rate {
  id: string;
  label: Text;
  numerator: number;
  denominator: number;
  /** numerator / denominator; null where the denominator is zero or the rate is undefined. */
  value: number | null;
  population: Text;
  source: Text;
  as_of: string;
}

export interface Unit {
  code: string;
  name: string;
  level: Level;
  /** Code of the town that the unit lies in (a town's own code for a town). */
  town: string;
  parent: string | null;
  /** The organisation that answers for the unit. */
  organisation?: string | null;
  households: number;
  people_at_risk: number;
  gap: { score: number | null; rank: number | null; status: Status };
  /** Effective (decayed) coverage, 0 to 1. */
  coverage: Reading;
  /** Smoothed cases per 10,000 people at risk. */
  risk: Reading;
  cases: Reading;
  rates: Rate[];
  sentence: Text;
  reasons: Text[];
  actions: Text[];
  /** Shares of the unit's households, one a week of `weeks`. */
  weekly: { visited: (number | null)[]; effective: (number | null)[] };
  /** Longitude and latitude, EPSG:4490. */
  geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon;
}

/** `kind` is one of theme_square, wall, bus_shelter, sign, or its Chinese name; anything else is drawn as a circle. */
export interface Site {
  code: string;
  name: string;
  kind: string;
  lon: number;
  lat: number;
  opened: string | null;
  closed: string | null;
}

/** Ids that the page has short names for; a surface of another id goes by its label. */
export type SurfaceId = "count" | "loss" | "relative_risk" | "loss_robust" | (string & {});

export interface Surface {
  id: SurfaceId;
  label: Text;
  unit: Text;
  /** PNG as a data URI, pixels evenly spaced in EPSG:3857 within `extent`. */
  image: string;
  extent: [number, number, number, number];
  /** A class holds values from `from` up to, not with, `to`. `opacity`: of the colour in the image, 1 unless told. */
  legend: { from: number; to: number | null; colour: string; opacity?: number }[];
  note: Text;
  /** Of relative risk: lines of equal p, longitude and latitude, with `properties.p`. They are drawn dashed with their p. */
  contours?: GeoJSON.Feature[];
}

/** What lies over a class's colour, so that a black-and-white printer and a colour-blind reader can tell classes apart. */
export type Mark = "none" | "dots" | "lines" | "cross" | "rings";

export interface FindingClass { id: string; label: Text; colour: string; mark: Mark }

/** What one method says of one unit. */
export interface UnitFinding {
  /** After adjustment for the number of tests: an id of `classes`, or null where nothing was found. */
  class: string | null;
  /** Without adjustment: told beside `class`, never a fill. */
  plain: string | null;
  status: Status;
  sentence: Text;
}

export interface FindingShape { id: string; label: Text; class: string; sentence: Text; geometry: GeoJSON.Geometry }

/** Values along `x`, oldest first, with the limit that an alarm needs to pass. All arrays are of one length. */
export interface FindingSeries { label: Text; x: string[]; y: (number | null)[]; limit: (number | null)[]; flagged: boolean[]; unit: Text }

/** What one statistical method says, of units of one level or of the county. Nothing is coloured that its own test does not support. */
export interface Finding {
  /** Unique among the findings; it stands in the address. */
  id: string;
  label: Text;
  /** Two sentences that a town official understands. */
  card: Text;
  parameters: { label: Text; value: Text }[];
  /** Whether this number of cases could have shown anything. Closed: no unit is coloured, all are hatched, no shape is drawn, and the sentence says so. */
  gate: { open: boolean; sentence: Text };
  /** null: of the county, shown as table and series only. */
  level: Level | null;
  /** The one to see first stands first. */
  classes: FindingClass[];
  /** What the legend calls a unit without a class, where "tested, nothing found" does not fit. */
  none?: Text;
  /** By unit code. A unit of the level that is not here has no data. */
  units: Record<string, UnitFinding>;
  /** Outlines over the map, such as those of scan clusters; longitude and latitude. */
  shapes: FindingShape[];
  table: { columns: Text[]; rows: Text[][] } | null;
  series: FindingSeries | null;
}

export interface PageData {
  version: 1;
  demo: boolean;
  lang: Lang;
  as_of: string;
  week: string;
  title: Text;
  county: { code: string; name: string };
  /** lonmin, latmin, lonmax, latmax. */
  extent: [number, number, number, number];
  formula: Text;
  parameters: { key: string; label: Text; value: Text }[];
  weeks: string[];
  week_ends: string[];
  levels: Level[];
  /** `visited`: of the undecayed measure of coverage, which has the same breaks. */
  classes: { gap: Classes; coverage: Classes & { visited: Meaning }; risk: Classes };
  units: Unit[];
  sites: Site[];
  surfaces: Surface[];
  findings?: Finding[];
  /** How many tests were run for all findings together, and what that means for a reader; the sentence may name the number itself. */
  tests_run?: { count: number; sentence: Text };
  outputs: { path: string; label: Text }[];
}

declare global {
  interface Window { GAPMAP_DATA?: PageData }
}

/** The data beside the page, or a reason in both languages why it cannot be shown. */
export function read_data(): PageData | Text {
  const data = window.GAPMAP_DATA;
  if (!data) {
    return { zh: "没有找到 data.js：请把整个 portal 文件夹一起复制，再打开 index.html。",
             en: "data.js was not found: copy the whole portal folder, then open index.html." };
  }
  if (data.version !== 1) {
    return { zh: `data.js 的版本是 ${String(data.version)}，本页只认版本 1：请用同一版 gapmap 重新生成。`,
             en: `data.js has version ${String(data.version)}; this page reads version 1: build both with the same gapmap.` };
  }
  return fault_of(data.findings ?? []) ?? data;
}

/** What would be drawn as something else than it is: a class that a finding does not have, or two findings of one id. */
function fault_of(findings: Finding[]): Text | null {
  const ids = new Set<string>();
  for (const finding of findings) {
    const classes = new Set(finding.classes.map((c) => c.id));
    const used = [...Object.values(finding.units).flatMap((u) => [u.class, u.plain]), ...finding.shapes.map((s) => s.class)];
    const unknown = used.find((id) => id !== null && !classes.has(id));
    if (unknown !== undefined) {
      return { zh: `data.js 的统计发现“${finding.id}”用了它没有的类别“${String(unknown)}”：请用同一版 gapmap 重新生成。`,
               en: `In data.js the finding "${finding.id}" uses a class "${String(unknown)}" that it does not have: build both with the same gapmap.` };
    }
    if (ids.has(finding.id)) {
      return { zh: `data.js 里有两个统计发现都叫“${finding.id}”：请用同一版 gapmap 重新生成。`,
               en: `data.js has two findings with the id "${finding.id}": build both with the same gapmap.` };
    }
    ids.add(finding.id);
  }
  return null;
}
