// A made-up county for the page's tests: 7 towns, 70 villages, 76 grids, 358 buildings, 128 sites, every status.
// Deterministic: the same bytes at each call. `node test/fixture.mjs FOLDER` writes FOLDER/data.js.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateSync } from "node:zlib";

/** Draws in [0, 1): mulberry32. */
function draws(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const columns = 60;
const rows = 40;
const west = 107.31;
const south = 34.56;
const step_lon = 0.0125;
const step_lat = 0.0105;
const round = (v) => Number(v.toFixed(6));

/** Lattice of displaced corners; cells are joined to villages and villages to towns, so edges are shared exactly. */
function make_corner(draw) {
  const shifts = Array.from({ length: (columns + 1) * (rows + 1) }, () => [(draw() - 0.5) * 0.8, (draw() - 0.5) * 0.8]);
  return (i, j) => {
    const [dx, dy] = shifts[j * (columns + 1) + i];
    return [round(west + (i + dx) * step_lon), round(south + (j + dy) * step_lat)];
  };
}

function inside_county(i, j) {
  const x = (i + 0.5) / columns - 0.5;
  const y = (j + 0.5) / rows - 0.5;
  const angle = Math.atan2(y, x);
  return Math.hypot(x, y) < 0.42 + 0.045 * Math.sin(3 * angle + 1) + 0.03 * Math.cos(5 * angle);
}

/** Rings of a set of cells: edges walked with the inside on the left, shared ones cancelled. */
function outline(cells, corner) {
  const edges = new Map();
  const key = (i, j) => `${i},${j}`;
  const add = (a, b) => {
    const list = edges.get(key(...b));
    const opposite = list?.findIndex(([i, j]) => i === a[0] && j === a[1]) ?? -1;
    if (opposite >= 0) { list.splice(opposite, 1); if (list.length === 0) edges.delete(key(...b)); return; }
    edges.set(key(...a), [...(edges.get(key(...a)) ?? []), b]);
  };
  for (const [i, j] of cells) {
    add([i, j], [i + 1, j]); add([i + 1, j], [i + 1, j + 1]); add([i + 1, j + 1], [i, j + 1]); add([i, j + 1], [i, j]);
  }
  const rings = [];
  while (edges.size > 0) {
    const start = [...edges.keys()][0].split(",").map(Number);
    const ring = [];
    let at = start;
    do {
      ring.push(corner(...at));
      const list = edges.get(key(...at));
      const next = list.pop();
      if (list.length === 0) edges.delete(key(...at));
      at = next;
    } while (at[0] !== start[0] || at[1] !== start[1]);
    rings.push([...ring, ring[0]]);
  }
  const area = (ring) => ring.slice(1).reduce((sum, p, n) => sum + ring[n][0] * p[1] - p[0] * ring[n][1], 0);
  const outer = rings.filter((ring) => area(ring) > 0);
  const holes = rings.filter((ring) => area(ring) <= 0);
  if (outer.length === 1) return { type: "Polygon", coordinates: [outer[0], ...holes] };
  return { type: "MultiPolygon", coordinates: outer.map((ring) => [ring]) };
}

function spread_seeds(draw, cells, n) {
  const seeds = [];
  while (seeds.length < n) {
    let best = null;
    let best_distance = -1;
    for (let k = 0; k < 12; ++k) {
      const cell = cells[Math.floor(draw() * cells.length)];
      const distance = Math.min(...seeds.map((s) => Math.hypot(s[0] - cell[0], s[1] - cell[1])), 1e9);
      if (distance > best_distance) { best = cell; best_distance = distance; }
    }
    seeds.push(best);
  }
  return seeds;
}

const nearest = (seeds, [i, j]) => seeds.reduce((best, s, n) => (Math.hypot(s[0] - i, s[1] - j) < Math.hypot(seeds[best][0] - i, seeds[best][1] - j) ? n : best), 0);

const town_names = ["东川镇", "青石镇", "北原镇", "柳河镇", "南坡镇", "双桥镇", "西沟镇"];
const first = [..."高李王张上下前后新老大小东西"];
const second = [..."庄沟坪塬湾坡河寨堡岭窑池"];
const organisations = ["公安局刑侦大队", "财政局", "教育体育局", "农业农村局", "市场监管局", "融媒体中心"];

function ground(draw) {
  const corner = make_corner(draw);
  const cells = [];
  for (let j = 0; j < rows; ++j) for (let i = 0; i < columns; ++i) if (inside_county(i, j)) cells.push([i, j]);
  const village_seeds = spread_seeds(draw, cells, 70);
  const town_seeds = spread_seeds(draw, village_seeds, 7);
  const village_cells = village_seeds.map(() => []);
  for (const cell of cells) village_cells[nearest(village_seeds, cell)].push(cell);
  const villages = village_seeds.map((seed, n) => ({
    town: nearest(town_seeds, seed), cells: village_cells[n], seed,
    name: `${first[n % 14]}${second[(n * 5 + Math.floor(n / 14)) % 12]}${n % 17 === 3 ? "社区" : "村"}`,
  }));
  return { corner, villages };
}

/** An irregular block about a place, sized in degrees. */
function block([lon, lat], width, height, draw) {
  const wobble = () => 1 + (draw() - 0.5) * 0.25;
  const points = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => [round(lon + x * width * wobble() / 2), round(lat + y * height * wobble() / 2)]);
  return { type: "Polygon", coordinates: [[...points, points[0]]] };
}

/** Code, name, level, town, parent, geometry and households of every unit. */
function bare_units(draw) {
  const { corner, villages } = ground(draw);
  const town_code = (t) => `99990110${t}`;
  const units = town_names.map((name, t) => ({
    code: town_code(t), name, level: "town", town: town_code(t), parent: null, households: 0,
    geometry: outline(villages.filter((v) => v.town === t).flatMap((v) => v.cells), corner),
  }));
  const counters = town_names.map(() => 0);
  for (const village of villages) {
    village.code = `${town_code(village.town)}${String(200 + counters[village.town]++)}`;
    units.push({ code: village.code, name: village.name, level: "village", town: town_code(village.town), parent: village.code.slice(0, 9),
      households: 90 + Math.floor(draw() * 420), geometry: outline(village.cells, corner) });
  }
  const grids = [];
  for (let g = 0; g < 76; ++g) {
    const seat = g < 18;
    const village = seat ? villages[0] : villages[1 + ((g * 3) % 69)];
    const [ci, cj] = seat ? village.seed : village.cells[Math.floor(draw() * village.cells.length)];
    const base = corner(ci, cj);
    const place = seat ? [base[0] + (g % 6 - 2.5) * 0.0052, base[1] + (Math.floor(g / 6) - 1) * 0.0044] : base;
    const grid = { code: `${village.code}G${String(g + 1).padStart(3, "0")}`, name: `${seat ? "县城" : village.name.slice(0, 2)}第${g + 1}网格`, level: "grid",
      town: village.code.slice(0, 9), parent: village.code, households: seat ? 900 + Math.floor(draw() * 500) : 60 + Math.floor(draw() * 140),
      geometry: block(place, 0.0049, 0.0041, draw), place };
    grids.push(grid);
    units.push(grid);
  }
  for (let b = 0; b < 358; ++b) {
    const grid = b < 270 ? grids[b % 18] : grids[18 + (b % 58)];
    const k = Math.floor(b < 270 ? b / 18 : (b - 270) / 58);
    const place = [grid.place[0] + (k % 4 - 1.5) * 0.0011, grid.place[1] + (Math.floor(k / 4) - 1.5) * 0.0009];
    units.push({ code: `${grid.code}B${String(k + 1).padStart(2, "0")}`, name: `${k + 1}号楼`, level: "building", town: grid.town, parent: grid.code,
      households: 24 + Math.floor(draw() * 60), geometry: block(place, 0.0006, 0.0003, draw) });
  }
  for (const town of units.filter((u) => u.level === "town")) {
    town.households = units.filter((u) => u.level === "village" && u.town === town.code).reduce((sum, u) => sum + u.households, 0);
  }
  for (const unit of units) delete unit.place;
  return units;
}

const as_of = "2022-09-04";
const n_weeks = 40;

function make_weeks() {
  const end = Date.UTC(2022, 8, 4);
  const weeks = [];
  const week_ends = [];
  for (let k = n_weeks - 1; k >= 0; --k) {
    const sunday = new Date(end - k * 7 * 86400e3);
    const thursday = new Date(sunday.getTime() - 3 * 86400e3);
    const day = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 86400e3);
    weeks.push(`${thursday.getUTCFullYear()}-W${String(Math.floor(day / 7) + 1).padStart(2, "0")}`);
    week_ends.push(sunday.toISOString().slice(0, 10));
  }
  return { weeks, week_ends };
}

function rate(id, zh, en, numerator, denominator, population, source) {
  return { id, label: { zh, en }, numerator, denominator, value: denominator > 0 ? numerator / denominator : null, population, source, as_of };
}

const of_households = { zh: "全部户", en: "all households" };
const of_people = { zh: "16 至 55 岁极易被骗人员", en: "people at risk aged 16 to 55" };
const visits = { zh: "走访清单", en: "visit list" };
const apps = { zh: "APP 注册台账", en: "app ledger" };

function measure(unit, n, draw) {
  const { households } = unit;
  const status = n % 19 === 7 ? "too_few" : n % 31 === 11 ? "missing" : n % 37 === 8 ? "suppressed" : "ok";
  const known = status === "ok";
  const share = Math.min(1, 0.1 + draw() * 0.9);
  const visited = n % 31 === 11 ? 0 : Math.round(households * share);
  const informed = Math.round(visited * (0.7 + draw() * 0.3));
  const committed = Math.round(informed * (0.5 + draw() * 0.5));
  const people = Math.round(households * 1.4);
  const installed = Math.round(people * (0.3 + draw() * 0.5));
  const effective = (visited / households) * (0.55 + draw() * 0.4);
  const risk = 1 + draw() * draw() * 24;
  const cases = status === "suppressed" ? null : Math.floor(draw() * draw() * 6);
  const weekly = { visited: [], effective: [] };
  for (let w = 0; w < n_weeks; ++w) {
    const grown = status === "missing" ? null : (visited / households) * Math.min(1, ((w + 1) / n_weeks) ** 0.8);
    weekly.visited.push(grown === null ? null : round(grown));
    weekly.effective.push(grown === null ? null : round(Math.min(grown, effective * Math.min(1, 0.25 + (w + 1) / n_weeks * 0.75))));
  }
  const days = 5 + Math.floor(draw() * 160);
  return {
    ...unit, organisation: organisations[n % organisations.length], people_at_risk: people,
    gap: { score: known ? round((risk / 10000) * people * (1 - effective)) : null, rank: null, status },
    coverage: { value: status === "ok" || status === "suppressed" ? round(effective) : null, status: status === "suppressed" ? "ok" : status },
    risk: { value: known ? round(risk) : null, status },
    cases: cases !== null && cases > 0 && cases < 3 ? { value: null, status: "suppressed" } : { value: cases, status: cases === null ? "suppressed" : "ok" },
    rates: [
      rate("visited", "已走访", "Visited", visited, households, of_households, visits),
      rate("informed", "已告知", "Informed", informed, households, of_households, { zh: "告知清单", en: "list of the informed" }),
      rate("committed", "已签承诺", "Committed", committed, households, of_households, { zh: "承诺清单", en: "list of pledges" }),
      rate("app_installed", "已装反诈 APP", "App installed", installed, n % 23 === 4 ? 0 : people, of_people, apps),
      rate("app_real_name", "已实名", "Real name", Math.round(installed * 0.84), n % 23 === 4 ? 0 : people, of_people, apps),
      rate("site_reach", "800 米内有阵地", "Site within 800 m", Math.round(households * draw()), households, of_households, { zh: "宣传阵地台账", en: "site ledger" }),
    ],
    sentence: {
      zh: `${households} 户中 ${visited} 户已走访；最近一次 ${days} 天前；800 米内${n % 3 === 0 ? "无" : "有"}宣传阵地。`,
      en: `${visited} of ${households} households visited; the last visit was ${days} days ago; ${n % 3 === 0 ? "no site" : "a site"} within 800 m.`,
    },
    reasons: [
      { zh: `还有 ${households - visited} 户没有走访记录`, en: `${households - visited} households have no visit on record` },
      { zh: `每万人发案 ${risk.toFixed(1)} 起（平滑后），县平均 7.1 起`, en: `${risk.toFixed(1)} cases per 10,000 (smoothed); the county has 7.1` },
    ],
    actions: [
      { zh: `本周先走访 ${Math.min(40, households - visited)} 户未走访户，晚 7 点后在家的多`, en: `Visit ${Math.min(40, households - visited)} of them this week, after 7 in the evening` },
      { zh: "对已走访未签承诺的户补签", en: "Collect pledges from the visited who have not signed" },
    ],
    weekly,
  };
}

function rank_units(units) {
  for (const level of ["town", "village", "grid", "building"]) {
    units.filter((u) => u.level === level && u.gap.status === "ok")
      .sort((a, b) => b.gap.score - a.gap.score || (a.code < b.code ? -1 : 1)).forEach((u, n) => { u.gap.rank = n + 1; });
  }
}

function breaks_for(units, level, pick) {
  const values = units.filter((u) => u.level === level).map(pick).filter((v) => v !== null).sort((a, b) => a - b);
  return [0.2, 0.4, 0.6, 0.8].map((q) => Number(values[Math.floor(q * values.length)].toPrecision(2)));
}

function png(width, height, pixel) {
  const raw = Buffer.alloc((width * 4 + 1) * height);
  for (let y = 0; y < height; ++y) for (let x = 0; x < width; ++x) raw.set(pixel(x, y), y * (width * 4 + 1) + 1 + x * 4);
  const chunk = (type, body) => {
    const out = Buffer.alloc(12 + body.length);
    out.writeUInt32BE(body.length, 0);
    out.write(type, 4, "latin1");
    body.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(raw)), chunk("IEND", Buffer.alloc(0))]);
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; ++k) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const surface_ramp = ["#fde0c5", "#f59e72", "#d8576b", "#8a2981", "#2d115f"];

function surface(id, label, unit, draw, extent, scale) {
  const width = 240;
  const height = 160;
  const bumps = Array.from({ length: 7 }, () => [draw() * 0.6 + 0.2, draw() * 0.5 + 0.25, 0.05 + draw() * 0.05, 0.4 + draw() * 0.6]);
  const image = png(width, height, (x, y) => {
    const value = bumps.reduce((sum, [bx, by, r, h]) => sum + h * Math.max(0, 1 - (((x / width - bx) ** 2 + ((y / height - by) * 0.7) ** 2) / r ** 2)) ** 2, 0);
    const index = Math.min(4, Math.floor(value / 0.2)) ;
    if (value < 0.06) return [0, 0, 0, 0];
    const c = surface_ramp[index];
    return [1, 3, 5].map((k) => parseInt(c.slice(k, k + 2), 16)).concat(230);
  });
  const legend = surface_ramp.map((colour, i) => ({ from: Number(((i === 0 ? 0.06 : i * 0.2) * scale).toPrecision(2)), to: i === 4 ? null : Number(((i + 1) * 0.2 * scale).toPrecision(2)), colour }));
  return { id, label, unit, image: `data:image/png;base64,${image.toString("base64")}`, extent, legend,
    note: { zh: "颜色是按受害人居住地平滑的密度，不是作案地点；不能从中认出某一户。", en: "Smoothed by the victims' homes, not by where an offender was; it does not point at a household." } };
}

function make_sites(units, draw) {
  const villages = units.filter((u) => u.level === "village");
  const kinds = ["theme_square", "wall", "bus_shelter", "sign"];
  const names = { theme_square: "反诈主题广场", wall: "宣传墙", bus_shelter: "候车厅", sign: "警示牌" };
  return Array.from({ length: 128 }, (_, n) => {
    const village = villages[(n * 11) % villages.length];
    const ring = village.geometry.type === "Polygon" ? village.geometry.coordinates[0] : village.geometry.coordinates[0][0];
    const [lon, lat] = ring.reduce(([x, y], p) => [x + p[0] / ring.length, y + p[1] / ring.length], [0, 0]);
    const kind = kinds[n % 11 === 0 ? 0 : 1 + (n % 3)];
    return { code: `S${String(n + 1).padStart(3, "0")}`, name: `${village.name}${names[kind]}`, kind, lon: round(lon + (draw() - 0.5) * 0.012), lat: round(lat + (draw() - 0.5) * 0.01),
      opened: n % 4 === 0 ? "2021-10-20" : `2022-${String(1 + (n % 8)).padStart(2, "0")}-15`, closed: n % 29 === 9 ? "2022-06-30" : null };
  });
}

export function make_fixture(seed = 1) {
  const draw = draws(seed);
  const units = bare_units(draw).map((unit, n) => measure(unit, unit.level === "town" ? 1 + n * 100 : n, draw));
  rank_units(units);
  const extent = [west, south, round(west + columns * step_lon), round(south + rows * step_lat)];
  const points = units.filter((u) => u.level === "town").flatMap((u) => u.geometry.coordinates.flat(u.geometry.type === "Polygon" ? 1 : 2));
  const tight = [Math.min(...points.map((p) => p[0])), Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[0])), Math.max(...points.map((p) => p[1]))];
  const gap_breaks = (level) => breaks_for(units, level, (u) => u.gap.score);
  return {
    version: 1, demo: true, lang: "zh", as_of, week: "2022-W35",
    title: { zh: "样县反诈宣防", en: "Anti-fraud coverage, Sample County" },
    county: { code: "999901", name: "样县" }, extent: tight,
    formula: { zh: "缺口 = 平滑发案率 × 极易被骗人员 × (1 − 有效覆盖)，即一年内本可防住的案件数。", en: "Gap = smoothed case rate × people at risk × (1 − effective coverage): cases a year that could have been prevented." },
    parameters: [
      { key: "half_life_days", label: { zh: "覆盖半衰期", en: "Half-life of a visit" }, value: { zh: "90 天", en: "90 days" } },
      { key: "reach_m", label: { zh: "阵地步行距离", en: "Walk to a site" }, value: { zh: "800 m", en: "800 m" } },
      { key: "min_households", label: { zh: "最少户数", en: "Fewest households" }, value: { zh: "20", en: "20" } },
      { key: "suppress_below", label: { zh: "小数不公开", en: "Withhold below" }, value: { zh: "3", en: "3" } },
    ],
    ...make_weeks(),
    levels: ["town", "village", "grid", "building"],
    classes: {
      gap: { breaks: gap_breaks("village"), breaks_by_level: { town: gap_breaks("town"), grid: gap_breaks("grid"), building: gap_breaks("building") },
        unit: { zh: "本可防住的案件，起/年", en: "preventable cases a year" },
        note: { zh: "颜色深说明这里多走一趟最值得，不说明这里的人容易受骗或工作不力。", en: "Dark means that a visit pays most here, not that people are gullible or staff idle." } },
      coverage: { breaks: [0.2, 0.4, 0.6, 0.8], unit: { zh: "占全部户的比例", en: "share of all households" },
        note: { zh: "颜色深说明覆盖高。登记了走访不等于讲清了。", en: "Dark means well covered. A visit on record is not proof that the message arrived." },
        visited: { unit: { zh: "至少走访一次的户，占比", en: "households visited at least once, share" }, note: { zh: "走访一次即计入，不衰减。", en: "One visit counts, without decay." } } },
      risk: { breaks: breaks_for(units, "village", (u) => u.risk.value), unit: { zh: "每万名极易被骗人员的案件，经验贝叶斯平滑", en: "cases per 10,000 people at risk, empirical Bayes" },
        note: { zh: "多数村一年只有零或一起，相邻两级的差别可能只是偶然。", en: "Most villages have none or one case a year: neighbouring classes may differ by chance." } },
    },
    units, sites: make_sites(units, draw),
    surfaces: [
      surface("count", { zh: "发案密度", en: "Case density" }, { zh: "起/平方公里", en: "cases per km²" }, draw, tight, 1),
      surface("loss", { zh: "损失密度", en: "Loss density" }, { zh: "万元/平方公里", en: "10,000 yuan per km²" }, draw, tight, 12),
    ],
    outputs: [{ path: "../gaps.csv", label: { zh: "缺口表 CSV", en: "Gap table, CSV" } }, { path: "../gaps.gpkg", label: { zh: "GeoPackage", en: "GeoPackage" } }],
  };
}

export function write_fixture(folder, seed = 1) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "data.js"), `window.GAPMAP_DATA = ${JSON.stringify(make_fixture(seed))};\n`);
}

if (process.argv[2] && import.meta.url === pathToFileURL(process.argv[1]).href) write_fixture(process.argv[2]);
