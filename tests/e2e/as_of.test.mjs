// A run looks at one day: rows that are dated later change none of its numbers. Random counties, each once with all its rows and once
// without those after the day.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { json, ok, scratch } from './lib.mjs';

const asOf = '2022-06-15';

/** Random numbers from a seed (mulberry32). */
function random(seed) {
  let s = seed >>> 0;
  const next = () => { s = (s + 0x6d2b79f5) >>> 0; let t = Math.imul(s ^ (s >>> 15), s | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32; };
  return { next, below: (n) => Math.floor(next() * n), day: () => new Date(Date.UTC(2021, 0, 1) + 86400000 * Math.floor(next() * 730)).toISOString().slice(0, 10) };
}

const village = (i) => `99000410${i < 3 ? 0 : 1}20${i}`;
const square = (i, from = 0, to = 1) => { const x = 107.8 + 0.02 * (i % 3), y = 34.7 + 0.02 * Math.floor(i / 3), w = 0.02; return [[[x + w * from, y], [x + w * to, y], [x + w * to, y + w], [x + w * from, y + w], [x + w * from, y]]]; };

/** Rows of every ledger, each with the day on which it came (none: always there). */
function county(seed) {
  const r = random(seed);
  const at = () => [(107.8 + 0.06 * r.next()).toFixed(6), (34.7 + 0.04 * r.next()).toFixed(6)];
  const rows = (n, make) => Array.from({ length: n }, (_, i) => make(i));
  const unit = (code, name, coordinates, from = '', to = '') => ({ day: from, feature: { type: 'Feature', properties: { 编码: code, 名称: name, 启用日期: from, 停用日期: to }, geometry: { type: 'Polygon', coordinates } } });
  const homes = 240, split = r.below(6);
  return {
    towns: [0, 1].map((t) => unit(`99000410${t}`, `${t}镇`, [[[107.8, 34.7 + 0.02 * t], [107.86, 34.7 + 0.02 * t], [107.86, 34.72 + 0.02 * t], [107.8, 34.72 + 0.02 * t], [107.8, 34.7 + 0.02 * t]]])),
    villages: rows(6, (i) => (i !== split ? [unit(village(i), `村${i}`, square(i))] : [
      // Split after the day; what is known on the day knows no end.
      unit(village(i), `村${i}`, square(i), '', '2022-08-01'), unit(`${village(i)}1`, `村${i}东`, square(i, 0.5, 1), '2022-08-01'), unit(`${village(i)}2`, `村${i}西`, square(i, 0, 0.5), '2022-08-01')])).flat(),
    households: { head: '户编号,人口数,16至55岁人数,经度,纬度', rows: rows(homes, (i) => { const [x, y] = at(); return { text: `H${i},${1 + r.below(5)},${r.below(4)},${x},${y}` }; }) },
    people_at_risk: { head: '单元编码,总人口,16至55岁人数,统计日期', rows: rows(6, (i) => { const day = r.day(); return { day, text: `${village(i)},${100 + r.below(50)},${40 + r.below(50)},${day}` }; }) },
    visits: { head: '日期,户编号,走访单位,走访结果,单元编码', rows: rows(400, () => { const day = r.day(); return { day, text: `${day},${r.next() < 0.9 ? `H${r.below(homes)}` : ''},组${r.below(4)},${['已见面', '不在家', '拒访'][r.below(3)]},${village(r.below(6))}` }; }) },
    informed: { head: '日期,户编号,走访单位', rows: rows(150, () => { const day = r.day(); return { day, text: `${day},H${r.below(homes)},组${r.below(4)}` }; }) },
    backchecks: { head: '户编号,回访日期,是否走访过', rows: rows(60, (i) => { const day = r.day(); return { day, text: `H${4 * i},${day},${'是否'[r.below(2)]}` }; }) },
    sites: { head: '阵地编号,名称,类型,经度,纬度,启用日期,撤除日期', rows: rows(12, (i) => { const [x, y] = at(), day = r.day(); return { day, text: `S${i},阵地${i},宣传栏,${x},${y},${day},` }; }) },
    apps: { head: '单元编码,统计日期,APP名称,安装注册数,实名数,任务数', rows: rows(30, (i) => { const day = r.day(); return { day, text: `${village(i % 6)},${day},国家反诈中心,${r.below(200)},${r.below(100)},200` }; }) },
    cases: { head: '案件编号,发案日期,案件类型,涉案金额(元),地点性质,经度,纬度', rows: rows(80, (i) => { const [x, y] = at(), day = r.day(); return { day, text: `C${i},${day},刷单返利,${1000 + r.below(90000)},居住地,${x},${y}` }; }) },
    events: { head: '活动编号,日期,活动类型,参加人次,单元编码', rows: rows(20, (i) => { const day = r.day(); return { day, text: `E${i},${day},宣讲,${r.below(200)},${village(r.below(6))}` }; }) },
    warnings: { head: '预警编号,日期,单元编码,劝阻结果', rows: rows(40, (i) => { const day = r.day(); return { day, text: `W${i},${day},${village(r.below(6))},成功` }; }) },
  };
}

function write(dir, ledgers, keep) {
  fs.mkdirSync(path.join(dir, 'ledgers'), { recursive: true });
  const kept = (rows) => rows.filter((row) => !row.day || keep(row.day));
  let later = 0;
  const sources = [];
  for (const [name, ledger] of Object.entries(ledgers)) {
    const rows = ledger.rows ?? ledger;
    later += rows.length - rows.filter((row) => !row.day || row.day <= asOf).length;
    if (!ledger.rows) fs.writeFileSync(path.join(dir, `ledgers/${name}.geojson`), JSON.stringify({ type: 'FeatureCollection', features: kept(rows).map((row) => {
      const { 停用日期: to } = row.feature.properties;
      return to && !keep(to) ? { ...row.feature, properties: { ...row.feature.properties, 停用日期: '' } } : row.feature;  // nobody knew of its end
    }) }));
    else fs.writeFileSync(path.join(dir, `ledgers/${name}.csv`), `${ledger.head}\n${kept(rows).map((row) => row.text).join('\n')}\n`);
    const list = { visits: 'visited', informed: 'informed' }[name];
    sources.push(`\n[[source]]\nledger = "${ledger.rows ? (list ? 'visits' : name) : 'units'}"\npath = "ledgers/${name}.${ledger.rows ? 'csv' : 'geojson'}"\n${list ? `list = "${list}"\n` : ''}${ledger.rows ? '' : `level = "${name.slice(0, -1)}"\n`}${/经度/.test(ledger.head ?? '') ? 'crs = "EPSG:4490"\n' : ''}max_held_share = 0\n`);
  }
  fs.writeFileSync(path.join(dir, 'county.toml'), `[county]\ncode = "990004"\nname = "随机县"\nas_of = "${asOf}"\n\n[policy]\nmin_people = 5\nmin_households = 5\nperiod_start = "2022-01-01"\nperiod_end = "2022-12-31"\ncompare_start = "2021-01-01"\ncompare_end = "2021-12-31"\nbandwidth_m = 800\n${sources.join('')}`);
  return later;
}

/** What a run says, without what it says of the files it read and wrote. */
function said(dir) {
  ok('run', '-p', dir);
  const { import: ledgers, outputs, layers: { towns, villages, grids, buildings }, ...rest } = json(path.join(dir, 'out/summary.json'));
  for (const [name, ledger] of Object.entries(ledgers)) assert.equal(ledger.held_back, 0, name);
  return { ...rest, units: { towns, villages, grids, buildings }, table: fs.readFileSync(path.join(dir, 'out/gaps.csv'), 'utf8'), bulletin: fs.readFileSync(path.join(dir, 'out/bulletin.html'), 'utf8') };
}

test('rows dated after the day change no number of a run', () => {
  for (let seed = 1; seed <= 6; ++seed) {
    const all = scratch('later'), known = scratch('known'), ledgers = county(seed);
    assert.ok(write(all, ledgers, () => true) > 200);
    write(known, ledgers, (day) => day <= asOf);
    assert.deepEqual(said(all), said(known), `seed ${seed}`);
  }
});

test('rows dated on the day do change them', () => {
  const all = scratch('on'), before = scratch('before'), ledgers = county(1);
  ledgers.visits.rows.push(...Array.from({ length: 20 }, (_, i) => ({ day: asOf, text: `${asOf},H${i},组1,已见面,` })));
  write(all, ledgers, () => true);
  write(before, ledgers, (day) => day < asOf);
  assert.notDeepEqual(said(all).coverage, said(before).coverage);
});
