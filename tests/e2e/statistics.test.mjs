// Findings of the statistics in the outputs of a county: what is told, what a closed gate and too little data leave, and what nobody may be able to solve for.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { demoCounty, digests, editToml, json, ok, root, scratch } from './lib.mjs';

const unit_findings = ['scan', 'scan_time', 'gistar', 'moran', 'trend', 'alarm', 'change', 'bivariate', 'rank'];
const all_findings = [...unit_findings, 'relative_risk', 'near_repeat'];

function page_data(dir) {
  const context = { window: {} };
  vm.runInNewContext(fs.readFileSync(path.join(dir, 'out/portal/data.js'), 'utf8'), context);
  return JSON.parse(JSON.stringify(context.window.GAPMAP_DATA));
}

function layer(dir, name, sql) {
  const r = spawnSync('ogr2ogr', ['-f', 'GeoJSON', '/vsistdout/', path.join(dir, 'out/gaps.gpkg'), ...(sql ? ['-sql', sql] : [name])], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(r.status, 0, r.stderr);
  return JSON.parse(r.stdout).features;
}

function read(dir) {
  const summary = json(path.join(dir, 'out/summary.json'));
  return { dir, summary, findings: summary.findings, page: page_data(dir) };
}

/** Even-odd, over all rings of a polygon or several. */
function covers(geometry, [x, y]) {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i], [bx, by] = ring[j];
      if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

/** No class, no shape, no cell, no word about a unit: neither in the summary, nor on the page, nor in the layers, nor in the raster. */
function assert_nothing_coloured({ dir, findings, page }, ids) {
  const stats = spawnSync('gdalinfo', ['-stats', path.join(dir, 'out/surfaces/relative_risk.tif')], { encoding: 'utf8', env: { ...process.env, GDAL_PAM_ENABLED: 'NO' } });
  if (ids.includes('relative_risk')) assert.doesNotMatch(stats.stdout, /STATISTICS_MAXIMUM/, 'relative_risk.tif has cells');
  for (const id of ids) {
    assert.equal(findings[id].gate.open, false, `${id} is open: ${findings[id].gate.sentence.en}`);
    assert.deepEqual(Object.values(findings[id].classes ?? {}).flat(), [], id);
    assert.deepEqual(findings[id].shapes, [], id);
    assert.ok(findings[id].tests.every((t) => t.significant === 0), id);
    const shown = page.findings.find((f) => f.id === id);
    assert.deepEqual(shown.shapes, [], id);
    const told = new Set(Object.values(shown.units).map((u) => JSON.stringify([u.class, u.plain, u.sentence])));
    assert.ok(told.size <= 1, `${id} tells units apart: ${[...told]}`);
    if (!unit_findings.includes(id)) continue;
    for (const { properties: p } of layer(dir, `found_${id}`)) {
      assert.equal(p.class ?? '', '', id);
      assert.equal(p.class_plain ?? '', '', id);
      assert.notEqual(p.status, 'ok', id);
    }
  }
  assert.ok(layer(dir, 'found_shapes').every(({ properties: p }) => !ids.includes(p.method)));
}

let demo;
const demo_run = () => (demo ??= read(demoCounty('statistics', { withRun: true })));

test('each finding of the demo county has its gate, tests and parameters in the summary, its layer with a style, its place on page and bulletin', { timeout: 300_000 }, () => {
  const { dir, summary, findings, page } = demo_run();
  assert.deepEqual(Object.keys(findings).sort(), [...all_findings].sort());
  for (const [id, f] of Object.entries(findings)) {
    assert.equal(typeof f.gate.open, 'boolean');
    for (const lang of ['zh', 'en']) assert.ok(f.gate.sentence[lang].length > 5, `${id} ${lang}`);
    assert.ok(Array.isArray(f.tests) && Object.keys(f.parameters).length > 0, id);
  }
  assert.equal(summary.tests_run, Object.values(findings).flatMap((f) => f.tests).reduce((sum, t) => sum + t.hypotheses, 0));
  assert.deepEqual(page.findings.map((f) => f.id).sort(), [...all_findings].sort());
  const styles = new Map(layer(dir, '', 'SELECT f_table_name, styleQML FROM layer_styles').map(({ properties: p }) => [p.f_table_name, p.styleQML]));
  for (const id of unit_findings) {
    const units = layer(dir, `found_${id}`), shown = page.findings.find((f) => f.id === id);
    assert.equal(units.length, Object.keys(shown.units).length, id);
    for (const c of shown.classes) assert.ok(styles.get(`found_${id}`).includes(`= &#39;${c.id}&#39;`) || styles.get(`found_${id}`).includes(`= '${c.id}'`), `${id}: no style for ${c.id}`);
    for (const { properties: p } of units) assert.equal(p.class || null, shown.units[p.code].class, `${id} ${p.code}`);
  }
  assert.equal(layer(dir, 'found_shapes').length, page.findings.reduce((n, f) => n + f.shapes.length, 0));
  assert.ok(styles.get('found_shapes').includes('SimpleLine'));
  const bulletin = fs.readFileSync(path.join(dir, 'out/bulletin.html'), 'utf8').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
  for (const f of page.findings) assert.ok(bulletin.includes(f.label.zh) && bulletin.includes(f.gate.sentence.zh), f.id);
});

test('on the Chinese page no value of a parameter is a sentence of English', { timeout: 300_000 }, () => {
  for (const f of demo_run().page.findings) {
    for (const p of f.parameters) {
      const words = p.value.zh.replace(/Benjamini-Hochberg|Clopper-Pearson|Poisson|queen|gamma|beta|BCa|Assunção|Reis/g, '');
      assert.doesNotMatch(words, /[A-Za-z]{3,}/, `${f.id}: ${p.label.zh} ${p.value.zh}`);
    }
  }
});

test('the planted cluster lies in what the scan and the relative risk found', { timeout: 300_000 }, () => {
  const { dir, findings, page } = demo_run();
  const { cluster } = json(path.join(dir, 'truth.json')).planted;
  for (const code of cluster.villages) assert.ok(findings.scan.classes.cluster.includes(code), code);
  for (const id of ['scan', 'relative_risk']) {
    const { shapes } = page.findings.find((f) => f.id === id);
    assert.ok(shapes.some((s) => covers(s.geometry, cluster.centre)), `${id} does not cover ${cluster.centre}`);
  }
});

test('with a gate that so few cases cannot pass no map of clusters colours anything, and each says why', { timeout: 300_000 }, () => {
  const dir = demoCounty('gate');
  editToml(dir, (text) => text.replace(/largest_risk *= 10/, 'largest_risk = 2'));
  ok('run', '-p', dir);
  const run = read(dir), maps = ['scan', 'scan_time', 'gistar', 'moran', 'relative_risk'];
  assert_nothing_coloured(run, maps);
  for (const id of maps) assert.match(run.findings[id].gate.sentence.en, /24 cases.*7\.8 times.*gate is 2 times.*nothing is coloured/, id);
});

test('findings are the same bytes for any number of threads; another seed draws anew', { timeout: 500_000 }, () => {
  const told = (seed, threads) => {
    const dir = demoCounty(`seed${seed}-${threads}`);
    ok('run', '-p', dir, '--seed', String(seed), '--threads', String(threads));
    return digests(path.join(dir, 'out'));
  };
  const first = told(5, 1);
  for (const threads of [2, 3, 8]) assert.deepEqual(told(5, threads), first, `${threads} threads`);
  assert.notDeepEqual(told(6, 2)['manifest.json'], first['manifest.json']);
});

/** The county of examples/04_own_county after a change of its ledgers, run. */
function county(change) {
  const dir = path.join(scratch('statistics'), 'county');
  fs.cpSync(path.join(root, 'examples/04_own_county'), dir, { recursive: true });
  change({
    rows: (file, by) => {
      const full = path.join(dir, 'ledgers', file), [head, ...rows] = fs.readFileSync(full, 'utf8').trim().split(/\r?\n/);
      fs.writeFileSync(full, [head, ...by(rows), ''].join('\n'));
    },
    features: (file, keep) => {
      const full = path.join(dir, 'ledgers', file), all = json(full);
      fs.writeFileSync(full, JSON.stringify({ ...all, features: all.features.filter((f) => keep(f.properties)) }));
    },
    toml: (by) => editToml(dir, by),
  });
  ok('run', '-p', dir);
  return read(dir);
}
const cells = (row, change) => { const all = row.split(','); change(all); return all.join(','); };
const village_of = '990001100200';
const clusters = ['scan', 'scan_time', 'gistar', 'moran', 'relative_risk'];

const degenerate = [
  ['no case', all_findings, ({ rows }) => rows('cases.csv', () => [])],
  ['one case', all_findings, ({ rows }) => rows('cases.csv', (all) => all.slice(0, 1))],
  ['two cases', all_findings, ({ rows }) => rows('cases.csv', (all) => all.slice(0, 2))],
  ['all cases at one household', ['near_repeat', 'alarm', 'change'], ({ rows }) => rows('cases.csv', (all) => Array.from({ length: 12 }, (_, i) => cells(all[0], (c) => { c[0] = `C${i}`; })))],
  ['one village only', clusters, ({ rows, features, toml }) => {
    features('towns.geojson', (p) => p.code === '990001100000');
    features('villages.geojson', (p) => p.code === village_of);
    toml((text) => text.replace(/\[\[source\]\]\nledger = "units"\nlevel  = "(grid|building)"\npath.*\n/g, '').replace(/\[\[source\]\]\nledger = "visits"[\s\S]*?\n\n/, ''));
    for (const file of ['households.csv', 'cases.csv']) rows(file, (all) => all.filter((row) => row.includes(village_of)));
  }],
  ['nobody at risk', clusters, ({ rows }) => rows('households.csv', (all) => all.map((row) => cells(row, (c) => { c[3] = '0'; })))],
  ['nobody at risk in a village with cases', [], ({ rows }) => rows('households.csv', (all) => all.map((row) => (row.includes('990001100201') ? cells(row, (c) => { c[3] = '0'; }) : row)))],
  ['no case in the period compared with', ['alarm', 'change'], ({ rows }) => rows('cases.csv', (all) => all.filter((row) => row.includes(',2022-')))],
];
for (const [name, closed, change] of degenerate) {
  test(`a county with ${name} runs to its end, says of each finding what it can say, and colours nothing that it cannot`, { timeout: 120_000 }, () => {
    const run = county(change);
    for (const id of all_findings) for (const lang of ['zh', 'en']) assert.ok(run.findings[id].gate.sentence[lang].length > 5, `${id} ${lang}`);
    for (const file of ['summary.json', 'portal/data.js', 'bulletin.html']) {
      const text = fs.readFileSync(path.join(run.dir, 'out', file), 'utf8').replace(/data:[^"]*/g, '');
      assert.doesNotMatch(text, /(?<![A-Za-z])-?(nan|inf|infinity)(?![A-Za-z])/i, file);
    }
    assert_nothing_coloured(run, closed);
  });
}

test('no finding tells a withheld count: no number, and no p finer than its bands, stands in what is said of a unit or shape', { timeout: 300_000 }, () => {
  const { dir, page, summary } = demo_run();
  const hidden = new Set(['town', 'village'].flatMap((level) => summary.gaps[level]).filter((g) => g.cases === null).map((g) => g.code));
  assert.ok(hidden.size > 10);
  const bands = /p (≤ 0\.01|≤ 0\.05|> 0\.05)/g;
  for (const f of page.findings) {
    assert.ok(f.level === null || f.level === 'town' || f.level === 'village', `${f.id} speaks of ${f.level}`);
    const sentences = [...Object.entries(f.units).filter(([code]) => hidden.has(code)).map(([, u]) => u.sentence.en), ...f.shapes.map((s) => s.sentence.en)];
    if (f.id === 'rank') continue;  // ranks are drawn from what is released
    for (const sentence of sentences) assert.doesNotMatch(sentence.replace(bands, '').replace(/\d{4}-\d\d-\d\d|and \d+ more|Fewer than \d+/g, ''), /\d/, `${f.id}: ${sentence}`);
  }
  assert.doesNotMatch(JSON.stringify(page.findings), /p = |p=|"z"|llr/);
  const layers = spawnSync('ogrinfo', ['-q', path.join(dir, 'out/gaps.gpkg')], { encoding: 'utf8' }).stdout;
  assert.doesNotMatch(layers, /found_\S*(grid|building)/);
  for (const id of unit_findings) {
    const allowed = ['code', 'name', 'class', 'class_plain', 'status', 'sentence_zh', 'sentence_en'];
    assert.deepEqual(Object.keys(layer(dir, `found_${id}`)[0].properties), allowed);
  }
});

test('what is found has the borders of villages only: where in them the homes of cases lie changes no shape', { timeout: 300_000 }, () => {
  const { dir, page } = demo_run();
  const corners = new Set(layer(dir, 'gaps_village').flatMap((f) => f.geometry.coordinates.flat(f.geometry.type === 'Polygon' ? 1 : 2)).map(([x, y]) => `${x.toFixed(7)},${y.toFixed(7)}`));
  for (const f of layer(dir, 'found_shapes')) {
    for (const [x, y] of f.geometry.coordinates.flat(f.geometry.type === 'Polygon' ? 1 : 2)) assert.ok(corners.has(`${x.toFixed(7)},${y.toFixed(7)}`), `${f.properties.id} has a corner of its own at ${x}, ${y}`);
  }
  assert.ok(page.findings.some((f) => f.shapes.length > 0));
});
