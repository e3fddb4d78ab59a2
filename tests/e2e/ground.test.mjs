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

/** The county without its flaws. */
function sound() {
  const county = path.join(scratch('sound'), 'county');
  tool(process.execPath, path.join(root, 'docs/ground_example.mjs'), county);
  const east = 480000, north = 3840000;
  const ring = (...points) => [[...points, points[0]].map(([x, y]) => [east + x, north + y])];
  const box = (x0, y0, x1, y1) => ring([x0, y0], [x1, y0], [x1, y1], [x0, y1]);
  const edit = (name, change) => {
    const file = path.join(county, `ledgers/${name}.geojson`), layer = json(file);
    const features = Object.fromEntries(layer.features.map((f) => [f.properties.编码 + (f.properties.启用日期 ? `@${f.properties.启用日期}` : ''), f]));
    layer.features = Object.values(change(features, layer.features) ?? features);
    fs.writeFileSync(file, JSON.stringify(layer));
  };
  edit('villages', (f) => { f['990002100204'].geometry.coordinates = box(0, 2000, 4000, 4000); });
  edit('grids', (f) => {
    f['990002100-02'].geometry.coordinates = box(3700, 1000, 4000, 1200);
    f['990002101-03'].geometry.coordinates = box(6000, 1000, 6200, 1200);
    delete f['990002101-05'];
  });
  edit('buildings', (f) => {
    f['990002100-01-002'].geometry.coordinates = box(1400, 2700, 1420, 2712);
    f['990002101-04-001@2021-07-01'].properties.启用日期 = '2021-08-01';
  });
  editToml(county, (text) => text.replace(/\n\[\[source\]\]\nledger = "units"\npath = "ledgers\/more_buildings.csv"\nlevel = "building"\n/, ''));
  return { county, edit, box, ring };
}

test('a sound county has no issue; each kind of flaw planted in it alone is found alone, with its area', () => {
  const village = '990002100204', west = '990002100203', grid = '990002100-01', home = '990002101-04-001';
  const planted = {  // what is changed, then: code, other code, area
    overlap: [({ edit, ring }) => edit('villages', (f) => { f[village].geometry.coordinates = ring([0, 2000], [500, 2000], [500, 1950], [700, 1950], [700, 2000], [4000, 2000], [4000, 4000], [0, 4000]); }), west, village, 10000],
    overlap_sliver: [({ edit, box }) => edit('villages', (f) => { f[village].geometry.coordinates = box(0, 1998, 4000, 4000); }), west, village, 8000],
    duplicate: [({ edit }) => edit('grids', (f) => { f.x = structuredClone(f['990002101-03']); f.x.properties.编码 = '990002101-09'; }), '990002101-03', '990002101-09', 40000],
    gap: [({ edit, box }) => edit('villages', (f) => { f[village].geometry.coordinates = box(0, 2000, 3900, 4000); }), '990002100', null, 200000],
    gap_sliver: [({ edit, box }) => edit('villages', (f) => { f[village].geometry.coordinates = box(3, 2000, 4000, 4000); }), '990002100', null, 6000],
    across_town: [({ edit, box }) => edit('villages', (f) => {  // the village beyond the border gives way
      f[village].geometry.coordinates = box(0, 2000, 4050, 4000);
      f['990002101206@2022-03-01'].geometry.coordinates = [[[4000, 0], [5000, 0], [5000, 4000], [4050, 4000], [4050, 2000], [4000, 2000], [4000, 0]].map(([x, y]) => [480000 + x, 3840000 + y])];
    }), village, '990002101', 100000],
    outside_parent: [({ edit, box }) => edit('villages', (f) => { f[village].geometry.coordinates = box(-30, 2000, 4000, 4000); }), village, '990002100', 60000],
    building_outside_grid: [({ edit, box }) => edit('buildings', (f) => { f['990002100-01-002'].geometry.coordinates = box(1495, 2700, 1515, 2712); }), '990002100-01-002', grid, 180],
    repaired_geometry: [({ edit, ring }) => edit('grids', (f) => { f['990002101-03'].geometry.coordinates = ring([6000, 1000], [6200, 1200], [6200, 1000], [6000, 1200]); }), '990002101-03', null, null],
    interval_overlap: [({ edit }) => edit('buildings', (f) => { f[`${home}@2021-08-01`].properties.启用日期 = '2021-07-31'; }), home, null, null],
    interval_gap: [({ edit }) => edit('buildings', (f) => { f[`${home}@2021-08-01`].properties.启用日期 = '2021-08-02'; }), home, null, null],
    interval_empty: [({ edit }) => edit('buildings', (f, list) => [...list, { ...list[0], properties: { ...list[0].properties, 编码: '990002100-01-009', 启用日期: '2021-03-01', 停用日期: '2021-03-01' } }]), '990002100-01-009', null, null],
    no_geometry: [({ county }) => editToml(county, (text) => `${text}\n[[source]]\nledger = "units"\npath = "ledgers/more_buildings.csv"\nlevel = "building"\n`), '990002101-04-002', null, null],
  };
  const all = Object.keys(JSON.parse(ok('topology', '-p', dir, '--json')).by_issue);
  assert.deepEqual(Object.keys(planted).sort(), all.sort());
  for (const [issue, [plant, code, other, area]] of Object.entries({ none: [() => {}], ...planted })) {
    const one = sound();
    plant(one);
    ok('import', '-p', one.county);
    const found = JSON.parse(ok('topology', '-p', one.county, '--json')).list;
    if (issue === 'none') assert.deepEqual(found, []);
    else {
      assert.deepEqual(found.map((i) => [i.issue, i.code, i.other_code]), [[issue, code, other]], issue);
      if (area !== null) assert.ok(Math.abs(found[0].area_m2 - area) < 2, `${issue}: ${found[0].area_m2}`);
      for (const lang of ['zh', 'en']) assert.ok(ok('topology', '-p', one.county, '--lang', lang).includes(found[0].message[lang]) && !/[{}]|nan/.test(found[0].message[lang]));
    }
  }
});

test('ground that towns enclose and none has is told without a unit', () => {
  const one = sound();
  one.edit('towns', (f) => {
    f['990002101'].geometry.coordinates = one.ring([4000, 0], [8000, 0], [8000, 4000], [4000, 4000], [4000, 3000], [4100, 3000], [4100, 2000], [4000, 2000]);
  });
  ok('import', '-p', one.county);
  const [hole, village, ...more] = JSON.parse(ok('topology', '-p', one.county, '--json')).list;
  assert.deepEqual([village.issue, more], ['outside_parent', []]);  // whose village it is still
  assert.deepEqual([hole.issue, hole.level, hole.code, hole.share], ['gap', 'town', null, null]);
  assert.ok(Math.abs(hole.area_m2 - 100000) < 1);
});

test('the demo county fits together', () => {
  const county = demoCounty('fits', { withRun: true });
  assert.deepEqual(JSON.parse(ok('topology', '-p', county, '--json')).list, []);
  assert.equal(json(path.join(county, 'out/summary.json')).topology.issues, 0);
});
