// The demo county from ledgers to outputs: counts, balance, planted truth, files that other programs open.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { demoCounty, json, ok } from './lib.mjs';

const dir = demoCounty('demo', { withRun: true });
const summary = json(path.join(dir, 'out/summary.json'));
const truth = json(path.join(dir, 'truth.json'));
const tool = (name, ...args) => {
  const r = spawnSync(name, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(r.status, 0, `${name}: ${r.stderr}`);
  return r.stdout;
};

test('the county has 7 towns, 70 villages and communities, 76 grids, 358 buildings and 128 sites', () => {
  const { towns, villages, grids, buildings, sites } = summary.layers;
  assert.deepEqual([towns, villages, grids, buildings, sites], [7, 70, 76, 358, 128]);
});

test('for each ledger accepted, repaired and held back make up the rows read', () => {
  assert.ok(Object.keys(summary.import).length >= 11);
  for (const [ledger, b] of Object.entries(summary.import)) assert.equal(b.accepted + b.repaired + b.held_back, b.rows_read, ledger);
});

test('the planted villages and grids are the top of their lists', () => {
  for (const [level, planted] of [['village', truth.planted.villages], ['grid', truth.planted.grids]]) {
    const top = summary.gaps[level].slice(0, planted.length).map((gap) => gap.code);
    assert.deepEqual([...top].sort(), [...planted].sort(), level);
  }
});

test('cases fall by 47.92 % and losses by 65.18 %', () => {
  assert.equal(summary.cases.now.cases, 25);
  assert.equal(summary.cases.before.cases, 48);
  assert.equal((100 * summary.cases.change_cases).toFixed(2), '-47.92');
  assert.equal((100 * summary.cases.change_loss).toFixed(2), '-65.18');
});

test('the coverage of each planted unit is the one that the generator expects', () => {
  const gaps = new Map([...summary.gaps.village, ...summary.gaps.grid].map((gap) => [gap.code, gap]));
  const expected = [...truth.expected.villages, ...truth.expected.grids].filter((unit) => unit.planted);
  assert.equal(expected.length, 10);
  for (const unit of expected) assert.ok(Math.abs(gaps.get(unit.code).coverage - unit.effective_coverage) < 1e-4, unit.code);
});

test('each quirk of the ledgers meets the fate that was planned for it', () => {
  const report = JSON.parse(tool('sqlite3', '-json', path.join(dir, 'county.sqlite'),
    'SELECT b.source, b.sheet, i.row, i.fate, i.code FROM import_issue i JOIN import_batch b USING (batch_id)'));
  const seen = new Set(report.map((r) => `${r.source}|${r.row}|${r.fate}`));
  const single = truth.quirks.filter((q) => q.row > 0 && q.fate !== 'accepted');
  assert.ok(single.length > 25);
  for (const q of single) assert.ok(seen.has(`${q.file}|${q.row}|${q.fate}`), `${q.file} row ${q.row}: ${q.what}`);
});

test('small case counts are withheld, and nothing that carries a case or a household leaves', () => {
  for (const level of ['town', 'village', 'grid', 'building']) {
    for (const gap of summary.gaps[level]) {
      if (gap.cases_status === 'ok') assert.ok(gap.cases >= 3, gap.code);
      else assert.equal(gap.cases, null, gap.code);
      if (level === 'grid' || level === 'building') assert.equal(gap.cases, null);
    }
  }
  const cases = JSON.parse(tool('sqlite3', '-json', path.join(dir, 'county.sqlite'), 'SELECT case_code FROM cases'));
  const households = JSON.parse(tool('sqlite3', '-json', path.join(dir, 'county.sqlite'), 'SELECT household_code FROM households LIMIT 50'));
  for (const file of ['summary.json', 'gaps.csv', 'bulletin.html', 'portal/data.js', 'gaps.gpkg', 'manifest.json']) {
    const bytes = fs.readFileSync(path.join(dir, 'out', file), 'latin1');
    for (const { case_code } of cases) assert.ok(!bytes.includes(case_code), `${file} names case ${case_code}`);
    for (const { household_code } of households) assert.ok(!bytes.includes(household_code), `${file} names a household`);
  }
});

test('ogrinfo shows the layers of the store by name, in EPSG:4490', () => {
  const store = path.join(dir, 'county.sqlite');
  const listing = tool('ogrinfo', '-ro', '-q', store);
  for (const layer of ['towns', 'villages', 'grids', 'buildings', 'publicity_sites', 'case_points', 'gaps', 'topology']) assert.match(listing, new RegExp(`: ${layer}\\b`));
  const villages = tool('ogrinfo', '-ro', '-so', store, 'villages');
  assert.match(villages, /Feature Count: 70/);
  assert.match(villages, /ID\["EPSG",4490\]/);
});

test('gaps.gpkg has valid geometry, a stated system and a default style a layer', () => {
  const file = path.join(dir, 'out/gaps.gpkg');
  for (const [layer, count] of [['gaps_town', 7], ['gaps_village', 70], ['gaps_grid', 76], ['gaps_building', 358], ['sites', 128], ['topology', 0], ['found_scan', 70], ['found_gistar', 70], ['found_change', 7]]) {
    const info = tool('ogrinfo', '-ro', '-so', file, layer);
    assert.match(info, new RegExp(`Feature Count: ${count}\\b`));
    assert.match(info, /ID\["EPSG",4490\]/);
    const invalid = tool('ogrinfo', '-ro', '-q', '-dialect', 'sqlite', '-sql', `SELECT count(*) AS n FROM ${layer} WHERE NOT ST_IsValid(geom)`, file);
    assert.match(invalid, /n \(Integer\) = 0/);
  }
  const styles = tool('sqlite3', file, 'SELECT f_table_name FROM layer_styles WHERE useAsDefault = 1 ORDER BY 1').trim().split('\n');
  assert.deepEqual(styles, ['found_alarm', 'found_bivariate', 'found_change', 'found_gistar', 'found_moran', 'found_rank', 'found_scan', 'found_scan_time', 'found_shapes', 'found_trend',
    'gaps_building', 'gaps_grid', 'gaps_town', 'gaps_village', 'sites', 'topology']);
});

test('gaps.csv starts with a byte order mark and has a row a unit', () => {
  const bytes = fs.readFileSync(path.join(dir, 'out/gaps.csv'));
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.equal(bytes.toString('utf8').trim().split('\r\n').length, 1 + 7 + 70 + 76 + 358);
});

test('importing again changes nothing and says so', () => {
  const again = JSON.parse(ok('import', '-p', dir, '--json'));
  assert.equal(again.changed, false);
  assert.ok(again.sources.every((source) => source.unchanged));
});

test('the manifest lists each output with its hash, and its only clock is the as-of date', () => {
  const manifest = json(path.join(dir, 'out/manifest.json'));
  assert.equal(manifest.clock, '2022-09-04');
  for (const file of manifest.outputs) assert.equal(fs.statSync(path.join(dir, 'out', file.path)).size, file.bytes, file.path);
});

test('a corrected file supersedes its reading, and the history shows both', () => {
  const county = demoCounty('history', { withRun: true });
  const ledger = path.join(county, 'ledgers/宣传阵地.csv');
  const before = JSON.parse(ok('status', '-p', county, '--history', '--json'));
  assert.ok(before.every((batch) => batch.superseded_by === null && !batch.retired));
  const lines = fs.readFileSync(ledger, 'latin1').split('\n');
  fs.writeFileSync(ledger, lines.filter((_, i) => i !== 5).join('\n'), 'latin1');
  ok('import', '-p', county);
  const after = JSON.parse(ok('status', '-p', county, '--history', '--json'));
  const readings = after.filter((batch) => batch.path === 'ledgers/宣传阵地.csv');
  assert.equal(readings.length, 2);
  assert.equal(readings[0].superseded_by, readings[1].batch);
  assert.equal(readings[1].rows_read, readings[0].rows_read - 1);
  assert.match(ok('status', '-p', county, '--history', '--lang', 'en'), /superseded by/);
});
