// The ground itself: what does not fit is found, stored and drawn; units that change on dates are those of the day, with a crosswalk between days.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { demoCounty, editToml, json, ok, root, run, scratch } from './lib.mjs';

const tool = (name, ...args) => {
  const r = spawnSync(name, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(r.status, 0, `${name}: ${r.stderr}`);
  return r.stdout;
};
const dir = path.join(scratch('ground'), 'county');
tool(process.execPath, path.join(root, 'docs/ground_example.mjs'), dir);
ok('run', '-p', dir);
const issues = (...args) => JSON.parse(ok('topology', '-p', dir, '--json', ...args)).list;
const crosswalk = (...args) => ok('crosswalk', '-p', dir, ...args).trim().split('\n').slice(1).map((line) => line.split(','));

test('each planted flaw is found once, with its area, and nothing else is', () => {
  const found = issues();
  assert.deepEqual(found.map((i) => [i.issue, i.code, i.other_code]), [
    ['overlap', '990002100203', '990002100204'], ['gap_sliver', '990002100', null], ['duplicate', '990002101-04', '990002101-05'],
    ['across_town', '990002100-02', '990002101'], ['repaired_geometry', '990002101-03', null], ['building_outside_grid', '990002100-01-002', '990002100-01'],
    ['no_geometry', '990002101-04-002', null], ['interval_overlap', '990002101-04-001', null]]);
  const area = { overlap: 20000, gap_sliver: 8000, duplicate: 60000, across_town: 40000, building_outside_grid: 120 };
  for (const i of found) if (area[i.issue]) assert.ok(Math.abs(i.area_m2 - area[i.issue]) < 1, `${i.issue}: ${i.area_m2}`);
  assert.ok(Math.abs(found[0].width_m - 20) < 0.1 && Math.abs(found[1].width_m - 2) < 0.1);
  assert.ok(found.every((i) => i.message.zh && i.message.en && i.message.zh !== i.message.en));
});

test('a day sees the flaws of its own ground, not those of later days', () => {
  const before = issues('--as-of', '2021-06-30').map((i) => i.issue);
  assert.ok(!before.includes('interval_overlap'));
  // Two villages share what one shares later: two pieces.
  assert.equal(before.filter((i) => i === 'overlap').length, 2);
});

test('the issues of a run are a layer of the store and of gaps.gpkg, with a style, and counted in the summary and told in the bulletin', () => {
  const { topology } = json(path.join(dir, 'out/summary.json'));
  assert.equal(topology.issues, 8);
  assert.equal(topology.by_issue.overlap, 1);
  assert.equal(Object.values(topology.by_issue).reduce((a, b) => a + b), 8);
  for (const file of ['county.sqlite', 'out/gaps.gpkg']) {
    const info = tool('ogrinfo', '-ro', '-so', path.join(dir, file), 'topology');
    assert.match(info, /Feature Count: 8\b/);
    assert.match(info, /ID\["EPSG",4490\]/);
  }
  const gpkg = path.join(dir, 'out/gaps.gpkg');
  assert.match(tool('ogrinfo', '-ro', '-q', '-dialect', 'sqlite', '-sql', 'SELECT count(*) AS n FROM topology WHERE geom IS NOT NULL AND NOT ST_IsValid(geom)', gpkg), /n \(Integer\) = 0/);
  assert.match(tool('sqlite3', gpkg, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'topology'"), /across_town/);
  assert.match(fs.readFileSync(path.join(dir, 'out/bulletin.html'), 'utf8'), /底图有 8 处不合/);
  const again = tool('sqlite3', path.join(dir, 'county.sqlite'), 'SELECT count(*) FROM topology');
  ok('run', '-p', dir);
  assert.equal(tool('sqlite3', path.join(dir, 'county.sqlite'), 'SELECT count(*) FROM topology'), again);
});

test('the place at which a polygon was invalid is marked by a square of 10 m around it', () => {
  const out = path.join(scratch('place'), 'issues.geojson');
  ok('topology', '-p', dir, '-o', out);
  const [feature] = json(out).features.filter((f) => f.properties.issue === 'repaired_geometry');
  const polygon = feature.geometry.type === 'MultiPolygon' ? feature.geometry.coordinates[0] : feature.geometry.coordinates;
  const [xs, ys] = [0, 1].map((k) => polygon[0].map((p) => p[k]));
  const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  assert.ok(Math.abs((Math.max(...ys) - Math.min(...ys)) * 111000 - 10) < 0.2);
  // The bow tie crosses itself at (6100, 1100) of the county's metres.
  const at = spawnSync('bash', ['-c', `printf 'x,y\\n486100,3841100\\n' > '${out}.csv' && '${process.env.GAPMAP}' transform '${out}.csv' --from EPSG:4545 --to EPSG:4490`], { encoding: 'utf8' }).stdout.trim().split('\n')[1].split(',').map(Number);
  assert.ok(Math.hypot((at[0] - middle[0]) * 91000, (at[1] - middle[1]) * 111000) < 0.5);
});

test('an interval holds from its first day on and no longer on its last', () => {
  const codes = (day) => { ok('run', '-p', dir, '--as-of', day); return json(path.join(dir, 'out/summary.json')).gaps.village.map((g) => g.code).sort(); };
  assert.deepEqual(codes('2021-12-31'), ['990002100201', '990002100202', '990002100204', '990002101205']);
  assert.deepEqual(codes('2022-01-01'), ['990002100203', '990002100204', '990002101205']);
  assert.deepEqual(codes('2022-02-28'), ['990002100203', '990002100204', '990002101205']);
  assert.deepEqual(codes('2022-03-01'), ['990002100203', '990002100204', '990002101206', '990002101207']);
});

test('a merge, a split and a replaced officer are told, with weights that sum to 1', () => {
  const rows = crosswalk('--from', '2021-12-31', '--to', '2022-09-04');
  assert.deepEqual(rows.map((r) => [r[0].slice(-3), r[2].slice(-3), r[4], Number(r[5])]), [
    ['201', '203', 'merged', 1], ['202', '203', 'merged', 1], ['204', '204', 'same', 1], ['205', '206', 'split', 0.25], ['205', '207', 'split', 0.75]]);
  const sums = {};
  for (const r of crosswalk('--from', '2021-12-31', '--to', '2022-09-04', '--by', 'people')) sums[r[0]] = (sums[r[0]] ?? 0) + Number(r[5]);
  for (const [code, sum] of Object.entries(sums)) assert.ok(Math.abs(sum - 1) < 1e-8, code);
  const [officer] = crosswalk('--from', '2022-05-31', '--to', '2022-06-01', '--level', 'grid');
  assert.deepEqual([officer[4], officer[8], officer[9]], ['same', 'W01', 'W07']);
  assert.equal(JSON.parse(ok('crosswalk', '-p', dir, '--from', '2022-05-31', '--to', '2022-06-01', '--level', 'grid', '--json')).officers_replaced, 1);
  assert.equal(JSON.parse(ok('crosswalk', '-p', dir, '--from', '2022-06-01', '--to', '2022-06-02', '--level', 'grid', '--json')).officers_replaced, 0);
});

test('counts of the older day come to the newer ground, by area or where the households live, and keep their sum', () => {
  const carried = (by) => crosswalk('--from', '2021-12-31', '--to', '2022-09-04', '--by', by, '--carry', path.join(dir, 'cases_2021.csv'), '--count', 'cases').map((r) => Number(r[2]));
  assert.deepEqual(carried('area').map((x) => Math.round(x * 1e6) / 1e6), [10, 5, 3, 9]);
  assert.deepEqual(carried('households'), [10, 5, 9, 3]);
  const bad = path.join(scratch('carry'), 'bad.csv');
  fs.writeFileSync(bad, 'code,cases\n990002100203,1\n');  // a unit of the later day
  const refused = run('crosswalk', '-p', dir, '--from', '2021-12-31', '--to', '2022-09-04', '--carry', bad, '--count', 'cases');
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /row 2, field 'code': no village has the code '990002100203' on 2021-12-31/);
  assert.equal(run('crosswalk', '-p', dir, '--from', '2021-12-31', '--to', '2022-09-04', '--carry', bad).status, 2);
  assert.equal(run('crosswalk', '-p', dir, '--from', '2021-13-31', '--to', '2022-09-04').status, 2);
});

test('a unit that is valid twice on the day stops a run and a crosswalk, and is listed by topology', () => {
  for (const command of [['run', '-p', dir, '--as-of', '2021-07-15'], ['crosswalk', '-p', dir, '--from', '2021-07-15', '--to', '2022-09-04']]) {
    const refused = run(...command);
    assert.equal(refused.status, 3);
    assert.match(refused.stderr, /990002101-04-001 is valid twice on 2021-07-15/);
  }
  assert.ok(issues('--as-of', '2021-07-15').some((i) => i.issue === 'interval_overlap'));
});

test('the demo county fits together', () => {
  const county = demoCounty('fits', { withRun: true });
  assert.deepEqual(JSON.parse(ok('topology', '-p', county, '--json')).list, []);
  assert.equal(json(path.join(county, 'out/summary.json')).topology.issues, 0);
});
