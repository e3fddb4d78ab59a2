// Plausible findings and a surface of relative risk for the data of any page, made up and the same at each call. They are for tests
// of the page alone: no statistic was computed. `node test/findings_fixture.mjs PORTAL [closed ...]` adds them to PORTAL/data.js.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const t = (zh, en) => ({ zh, en });
const parameter = (zh, en, value_zh, value_en = value_zh) => ({ label: t(zh, en), value: t(value_zh, value_en) });

function middle(unit) {
  const ring = unit.geometry.type === "Polygon" ? unit.geometry.coordinates[0] : unit.geometry.coordinates[0][0];
  return ring.reduce(([x, y], p) => [x + p[0] / ring.length, y + p[1] / ring.length], [0, 0]);
}

/** Metres between two places, well enough for a county. */
function metres([ax, ay], [bx, by]) {
  return Math.hypot((ax - bx) * 111_320 * Math.cos((ay * Math.PI) / 180), (ay - by) * 110_570);
}

/** A circle as a polygon of 48 corners. */
function circle([lon, lat], radius_m) {
  const corner = (k) => {
    const angle = (k / 48) * 2 * Math.PI;
    return [Number((lon + (radius_m * Math.cos(angle)) / (111_320 * Math.cos((lat * Math.PI) / 180))).toFixed(6)), Number((lat + (radius_m * Math.sin(angle)) / 110_570).toFixed(6))];
  };
  return { type: "Polygon", coordinates: [[...Array.from({ length: 48 }, (_, k) => corner(k)), corner(0)]] };
}

/** Units from the nearest to the farthest. */
const nearest_first = (units, place) => [...units].sort((a, b) => metres(middle(a), place) - metres(middle(b), place) || (a.code < b.code ? -1 : 1));

/** What a method says of each unit: `classes` is code -> [adjusted, plain]; one unit is too small and one has no data. */
function says(units, classes, words) {
  return Object.fromEntries(units.map((unit, n) => {
    const status = n % 23 === 9 ? "too_few" : n % 41 === 17 ? "missing" : "ok";
    const [adjusted, plain] = status === "ok" ? classes.get(unit.code) ?? [null, null] : [null, null];
    const sentence = status === "too_few" ? t("人口太少，没有检验。", "Too few people: not tested.")
      : status === "missing" ? t("没有数据，没有检验。", "No data: not tested.") : words(adjusted, unit);
    return [unit.code, { class: adjusted, plain, status, sentence }];
  }));
}

const permutations = parameter("置换次数", "Permutations", "999");
const adjusted_by = parameter("校正", "Adjustment", "Benjamini-Hochberg，q = 0.05", "Benjamini-Hochberg, q = 0.05");
const open_gate = { open: true, sentence: t("以现有 132 起案件，一个村的发案率达到全县的 2.6 倍就看得出来。", "With 132 cases a village of 2.6 times the county's rate would have been found.") };
const closed_gate = { open: false, sentence: t("只有 11 起案件：发案率要到全县的 9.4 倍才看得出来，所以不下结论。", "With 11 cases only a rate of 9.4 times the county's would be found, so nothing is concluded.") };

function moran(villages, hot, cold) {
  const classes = new Map();
  nearest_first(villages, hot).slice(0, 9).forEach((u, n) => classes.set(u.code, n < 5 ? ["hh", "hh"] : n === 5 ? ["lh", "lh"] : [null, "hh"]));
  nearest_first(villages, cold).slice(0, 8).forEach((u, n) => classes.set(u.code, n < 4 ? ["ll", "ll"] : n === 4 ? ["hl", "hl"] : [null, "ll"]));
  const words = { hh: t("本村和周围村的发案率都明显偏高。", "This village and its neighbours have clearly high rates."), ll: t("本村和周围村的发案率都明显偏低。", "This village and its neighbours have clearly low rates."),
    hl: t("本村偏高而周围偏低。", "High here, low around."), lh: t("本村偏低而周围偏高。", "Low here, high around.") };
  return {
    id: "moran", label: t("局部聚集（Moran）", "Local clusters (Moran)"),
    card: t("看一个村和它周围的村是不是一起偏高或偏低。着色的村，这种一起偏高（低）不像是偶然。", "It asks whether a village and its neighbours are high or low together. Where it is coloured, that is unlikely to be chance."),
    parameters: [parameter("邻接", "Neighbours", "边或角相接", "queen"), permutations, adjusted_by, parameter("变量", "Variable", "每万人发案，经验贝叶斯标准化", "cases per 10,000, EB-standardised")],
    gate: open_gate, level: "village",
    classes: [
      { id: "hh", label: t("高高聚集", "High among high"), colour: "#b2182b", mark: "dots" }, { id: "hl", label: t("高于周围", "High among low"), colour: "#f4a582", mark: "cross" },
      { id: "lh", label: t("低于周围", "Low among high"), colour: "#92c5de", mark: "rings" }, { id: "ll", label: t("低低聚集", "Low among low"), colour: "#2166ac", mark: "lines" }],
    units: says(villages, classes, (c) => words[c] ?? t("和周围没有一起偏高或偏低。", "Not high or low together with its neighbours.")),
    shapes: [], table: null, series: null,
  };
}

function gistar(villages, hot) {
  const classes = new Map(nearest_first(villages, hot).slice(0, 7).map((u, n) => [u.code, n < 3 ? ["hot", "hot"] : [null, "hot"]]));
  return {
    id: "gistar", label: t("热点（Gi*）", "Hot spots (Gi*)"),
    card: t("把每个村和它的邻村合起来，与全县比。着色的村所在的一片明显高于（低于）全县。", "Each village with its neighbours is compared with the county. Where it is coloured, that neighbourhood is clearly above (below) the county."),
    parameters: [permutations, adjusted_by], gate: open_gate, level: "village",
    classes: [{ id: "hot", label: t("热点", "Hot spot"), colour: "#b2182b", mark: "dots" }, { id: "cold", label: t("冷点", "Cold spot"), colour: "#2166ac", mark: "lines" }],
    units: says(villages, classes, (c) => (c ? t("这一片明显高于全县。", "This neighbourhood is clearly above the county.") : t("这一片和全县差不多。", "This neighbourhood is like the county."))),
    shapes: [], table: null, series: null,
  };
}

function scan(id, label, villages, places) {
  const kinds = ["first", "second"];
  const classes = new Map();
  const shapes = places.map((place, n) => {
    const inside = nearest_first(villages, place).slice(0, n === 0 ? 6 : 4);
    for (const unit of inside) classes.set(unit.code, [kinds[n], kinds[n]]);
    const radius = metres(place, middle(inside.at(-1))) + 300;
    return { id: `${id}-${n + 1}`, label: t(`聚集 ${n + 1}`, `Cluster ${n + 1}`), class: kinds[n], geometry: circle(place, radius),
      sentence: t(`${inside.length} 个村，${18 - 7 * n} 起，期望 ${(5.2 - 1.4 * n).toFixed(1)} 起，p = ${n === 0 ? "0.003" : "0.041"}。`, `${inside.length} villages, ${18 - 7 * n} cases where ${(5.2 - 1.4 * n).toFixed(1)} were expected, p = ${n === 0 ? "0.003" : "0.041"}.`) };
  });
  return {
    id, label, gate: open_gate, level: "village",
    card: t("用大小不同的圆扫过全县，找案件比人口应有的多得多的地方。圈出来的地方，随机分布很少会出现这样多的案件。", "Circles of all sizes are moved over the county to find where there are far more cases than people would lead one to expect. Chance alone rarely piles up so many."),
    parameters: [parameter("最大窗口", "Largest window", "50% 人口", "50 % of people"), parameter("模拟次数", "Replications", "999"), parameter("模型", "Model", "泊松", "Poisson")],
    classes: [{ id: "first", label: t("最可能的聚集", "Most likely cluster"), colour: "#b2182b", mark: "dots" }, { id: "second", label: t("次要聚集", "Secondary cluster"), colour: "#ef8a62", mark: "cross" }],
    units: says(villages, classes, (c) => (c ? t("在圈出的聚集里。", "Inside an outlined cluster.") : t("不在任何聚集里。", "In no cluster."))),
    shapes,
    table: { columns: [t("聚集", "Cluster"), t("案件", "Cases"), t("期望", "Expected"), t("相对风险", "Relative risk"), t("p", "p")],
      rows: shapes.map((shape, n) => [shape.label, t(String(18 - 7 * n), String(18 - 7 * n)), t((5.2 - 1.4 * n).toFixed(1), (5.2 - 1.4 * n).toFixed(1)), t(n === 0 ? "3.8" : "3.1", n === 0 ? "3.8" : "3.1"), t(n === 0 ? "0.003" : "0.041", n === 0 ? "0.003" : "0.041")]) },
    series: null,
  };
}

function near_repeat() {
  const rows = [["0–7 天", "0–7 days", "9", "3.1", "2.90", "0.006"], ["8–14 天", "8–14 days", "4", "3.0", "1.33", "0.41"], ["15–28 天", "15–28 days", "6", "6.2", "0.97", "0.62"]];
  return {
    id: "near_repeat", label: t("近重复", "Near repeats"), gate: open_gate, level: null, classes: [], units: {}, shapes: [], series: null,
    card: t("看一起案件之后，附近短时间内是不是更容易再发。比值明显大于 1，说明发案后头几天要抓紧上门。", "It asks whether a case makes another one nearby soon after more likely. A ratio clearly above 1 means that the first days after a case count most."),
    parameters: [parameter("距离", "Distance", "0–500 m"), permutations, adjusted_by],
    table: { columns: [t("时间间隔", "Interval"), t("案件对", "Pairs"), t("期望", "Expected"), t("比值", "Ratio"), t("校正后 p", "Adjusted p")], rows: rows.map(([zh, en, ...rest]) => [t(zh, en), ...rest.map((v) => t(v, v))]) },
  };
}

function trend(villages) {
  const classes = new Map(villages.slice(0, 6).map((u, n) => [u.code, n < 2 ? ["rising", "rising"] : [null, "falling"]]));
  return {
    id: "trend", label: t("趋势（热点变化）", "Trends (emerging hot spots)"), gate: open_gate, level: "village", shapes: [], table: null, series: null,
    card: t("看各村几个月来是在变多还是变少。少于一年的数据分不清季节。", "It asks whether a village's cases have gone up or down over the months. Less than a year cannot tell a trend from a season."),
    parameters: [parameter("检验", "Test", "Mann-Kendall，自相关校正", "Mann-Kendall, corrected for autocorrelation"), adjusted_by],
    classes: [{ id: "rising", label: t("上升", "Rising"), colour: "#b35806", mark: "cross" }, { id: "falling", label: t("下降", "Falling"), colour: "#542788", mark: "lines" }],
    units: says(villages, classes, (c) => (c ? t("逐月上升。", "Rising month by month.") : t("看不出升降。", "Neither rising nor falling."))),
  };
}

function alarm(data) {
  const x = data.weeks.slice(-52);
  const y = x.map((_, i) => (i === 5 ? null : i === 30 ? 9 : i === 44 ? 8 : (i * 7 + 3) % 5));
  const limit = x.map((_, i) => (i < 4 ? null : 6 + (i % 9 > 5 ? 0.5 : 0)));
  return {
    id: "alarm", label: t("每周预警", "Weekly alarms"), gate: open_gate, level: null, classes: [], units: {}, shapes: [], table: null,
    card: t("每周的案件数和往常同期比，超过界限就提示。界限定得让平常的一年里误报不超过一次左右。", "Each week's cases are compared with what is usual then, and flagged over the limit. The limit is set for about one false alarm in an ordinary year."),
    parameters: [parameter("方法", "Method", "Farrington-Noufaily")],
    series: { label: t("每周发案", "Cases a week"), x, y, limit, flagged: x.map((_, i) => y[i] !== null && limit[i] !== null && y[i] > limit[i]), unit: t("起", "cases") },
  };
}

function change(towns) {
  const classes = new Map(towns.map((u, n) => [u.code, n === 0 ? ["down", "down"] : n === 1 ? [null, "up"] : [null, null]]));
  return {
    id: "change", label: t("与去年同期比", "Against last year"), gate: open_gate, level: "town", shapes: [], series: null,
    card: t("把本期和去年同期的案件数相比，并给出区间。区间跨过 0 的，升降可能只是偶然。", "This period's cases are compared with the same period of last year, with an interval. Where it spans 0, the change may be chance."),
    parameters: [parameter("区间", "Interval", "95%，精确", "95 %, exact"), adjusted_by],
    classes: [{ id: "up", label: t("明显上升", "Clearly up"), colour: "#b35806", mark: "cross" }, { id: "down", label: t("明显下降", "Clearly down"), colour: "#4575b4", mark: "lines" }],
    units: says(towns, classes, (c, u) => (c ? t(`${u.name}：48 起到 25 起，下降 47.9%（14% 到 69%）。`, `${u.name}: 48 to 25 cases, down 47.9 % (14 % to 69 %).`) : t("升降可能只是偶然。", "The change may be chance."))),
    table: { columns: [t("镇", "Town"), t("去年", "Last year"), t("今年", "This year"), t("变化", "Change"), t("95% 区间", "95 % interval")],
      rows: towns.slice(0, 4).map((u, n) => [t(u.name, u.name), ...(n === 0 ? ["48", "25", "-47.9%", "-69 – -14"] : ["7", String(5 + n), `${(5 + n - 7) * 14}%`, "-60 – 90"]).map((v) => t(v, v))]) },
  };
}

function bivariate(villages) {
  const colours = [["#e8e8e8", "#ace4e4", "#5ac8c8"], ["#dfb0d6", "#a5add3", "#5698b9"], ["#be64ac", "#8c62aa", "#3b4994"]];
  const risk = [t("低风险", "low risk"), t("中风险", "middling risk"), t("高风险", "high risk")];
  const covered = [t("低覆盖", "low coverage"), t("中覆盖", "middling coverage"), t("高覆盖", "high coverage")];
  const cells = [2, 1, 0].flatMap((r) => [0, 1, 2].map((c) => ({ r, c })));
  const classes = cells.map(({ r, c }) => ({ id: `${r}${c}`, label: t(`${risk[r].zh}、${covered[c].zh}`, `${risk[r].en}, ${covered[c].en}`), colour: colours[r][c], mark: ["none", "lines", "cross"][r] }));
  const of = new Map(villages.map((u, n) => [u.code, n % 3 === 0 ? [null, `${n % 2}${(n + 1) % 3}`] : [`${(n * 7) % 3}${(n * 5 + 1) % 3}`, `${(n * 7) % 3}${(n * 5 + 1) % 3}`]]));
  return {
    id: "bivariate", label: t("风险与覆盖", "Risk and coverage"), gate: open_gate, level: "village", classes, shapes: [], table: null, series: null,
    card: t("同时看发案风险和宣防覆盖。风险高而覆盖低的村要先去；分不清高低的村不着色。", "Risk and coverage are seen together. High risk with low coverage comes first; where the level is uncertain nothing is coloured."),
    none: t("分不清属于哪一级", "Class uncertain"),
    parameters: [parameter("分级把握", "Certainty of class", "80%", "80 %")],
    units: says(villages, of, (c) => (c ? t("分级有八成以上把握。", "The class is at least 80 % certain.") : t("分不清属于哪一级。", "Its class is uncertain."))),
  };
}

function rank(villages) {
  const ranked = villages.filter((u) => u.gap.rank !== null).sort((a, b) => a.gap.rank - b.gap.rank);
  const classes = new Map(ranked.slice(0, 10).map((u, n) => [u.code, n < 4 ? ["top", "top"] : [null, "top"]]));
  return {
    id: "rank", label: t("名次的把握", "How sure the ranks are"), gate: open_gate, level: "village", shapes: [], table: null, series: null,
    card: t("缺口的名次有多大把握。着色的村，十次里有九次排在前四分之一。", "How sure the ranks of the gap are. A coloured village is in the worst quarter nine times out of ten."),
    parameters: [parameter("抽样", "Draws", "2,000")], classes: [{ id: "top", label: t("稳居前四分之一", "Surely in the worst quarter"), colour: "#7f0000", mark: "rings" }],
    units: says(villages, classes, (_, u) => t(`名次 ${u.gap.rank ?? "–"}，九成区间 ${Math.max(1, (u.gap.rank ?? 1) - 6)} 到 ${(u.gap.rank ?? 1) + 9}。`, `Rank ${u.gap.rank ?? "–"}, 90 % interval ${Math.max(1, (u.gap.rank ?? 1) - 6)} to ${(u.gap.rank ?? 1) + 9}.`)),
  };
}

/** A finding with its gate closed. Classes and shapes stay in the data, although the engine writes none: the page itself must keep them back. */
function close(finding) {
  const units = Object.fromEntries(Object.entries(finding.units).map(([code, u]) => [code, { ...u, sentence: closed_gate.sentence }]));
  return { ...finding, gate: closed_gate, units, table: null, series: null };
}

/** Lines of equal p: irregular loops about two places. */
function contours(places) {
  return places.flatMap((place, k) => [[0.05, 6500], [0.01, 3600]].map(([p, radius]) => ({
    type: "Feature", properties: { p: k === 0 ? p : 1 - p },
    geometry: { type: "LineString", coordinates: Array.from({ length: 61 }, (_, i) => circle(place, radius * (1 + 0.12 * Math.sin((i % 60) / 60 * 6 * Math.PI + k))).coordinates[0][Math.round(((i % 60) * 48) / 60) % 48]) },
  })));
}

const relative_legend = [["#2166ac", 0, 0.5], ["#92c5de", 0.5, 0.8], ["#f7f7f7", 0.8, 1.25], ["#f4a582", 1.25, 2], ["#b2182b", 2, null]].map(([colour, from, to]) => ({ from, to, colour, opacity: 0.85 }));

/** The data with findings, of which those named in `closed` have a closed gate, and with two more surfaces. */
export function with_findings(data, { closed = ["scan_time", "near_repeat", "trend"] } = {}) {
  const villages = data.units.filter((u) => u.level === "village").sort((a, b) => (a.code < b.code ? -1 : 1));
  const towns = data.units.filter((u) => u.level === "town").sort((a, b) => (a.code < b.code ? -1 : 1));
  const [w, s, e, n] = data.extent;
  const hot = middle(nearest_first(villages, [w + 0.62 * (e - w), s + 0.6 * (n - s)])[0]);
  const cold = middle(nearest_first(villages, [w + 0.3 * (e - w), s + 0.5 * (n - s)])[0]);
  const all = [
    moran(villages, hot, cold), gistar(villages, hot), scan("scan", t("空间扫描", "Spatial scan"), villages, [hot, cold]), scan("scan_time", t("时空扫描", "Space-time scan"), villages, [cold]),
    near_repeat(), trend(villages), alarm(data), change(towns), bivariate(villages), rank(villages)];
  const findings = all.map((finding) => (closed === true || closed.includes(finding.id) ? close(finding) : finding));
  const [count] = data.surfaces;
  const more = count ? [
    { ...count, id: "loss_robust", label: t("损失密度（单起封顶）", "Loss density, each case capped") },
    { ...count, id: "relative_risk", label: t("相对风险", "Relative risk"), unit: t("案件密度与人口密度之比，全县为 1", "case density over people's density, county = 1"), legend: relative_legend, contours: contours([hot, cold]),
      note: t("虚线内的高低不像是偶然；颜色本身不是证据。", "Inside a dashed line the difference is unlikely to be chance; colour alone is no evidence.") }] : [];
  return { ...data, surfaces: [...data.surfaces, ...more], findings,
    tests_run: { count: 3 * villages.length + towns.length + 57, sentence: t("检验越多，偶然的“发现”越多，所以都做了校正。", "The more tests, the more chance finds; that is why all are adjusted.") } };
}

/** Adds findings to the data.js of a portal. */
export function add_findings(portal, options) {
  const file = join(portal, "data.js");
  const context = { window: {} };
  vm.runInNewContext(readFileSync(file, "utf8"), context);
  writeFileSync(file, `window.GAPMAP_DATA = ${JSON.stringify(with_findings(context.window.GAPMAP_DATA, options))};\n`);
}

if (process.argv[2] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const closed = process.argv.slice(3);
  add_findings(process.argv[2], closed.length === 0 ? {} : { closed: closed.includes("all") ? true : closed });
}
