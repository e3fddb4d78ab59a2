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

export interface Surface {
  id: "count" | "loss";
  label: Text;
  unit: Text;
  /** PNG as a data URI, pixels evenly spaced in EPSG:3857 within `extent`. */
  image: string;
  extent: [number, number, number, number];
  /** A class holds values from `from` up to, not with, `to`. `opacity`: of the colour in the image, 1 unless told. */
  legend: { from: number; to: number | null; colour: string; opacity?: number }[];
  note: Text;
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
  return data;
}
