// Nothing that leaves tells of one or two persons: small counts, small totals, and what can be worked out from them.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { json, ok, root, scratch } from './lib.mjs';

/** The county of examples/04_own_county with the given cases: [village, day, loss]. */
function county_with(cases) {
  const dir = path.join(scratch('privacy'), 'county');
  fs.cpSync(path.join(root, 'examples/04_own_county'), dir, { recursive: true });
  const ledger = path.join(dir, 'ledgers/cases.csv');
  const header = fs.readFileSync(ledger, 'utf8').split('\n')[0];
  const columns = header.trim().split(',');
  const home = fs.readFileSync(ledger, 'utf8').split('\n')[1].trim().split(',');
  const rows = cases.map(([village, day, loss], i) => {
    const row = [...home];
    const set = (name, value) => {
      assert.ok(columns.includes(name), `the ledger has no column ${name}`);
      row[columns.indexOf(name)] = value;
    };
    set('案件编号', `C${i}`); set('发案日期', day); set('涉案金额(元)', loss); set('村编码', village); set('经度', ''); set('纬度', '');
    return row.join(',');
  });
  fs.writeFileSync(ledger, [header.trim(), ...rows, ''].join('\n'));
  ok('run', '-p', dir);
  return { dir, summary: json(path.join(dir, 'out/summary.json')) };
}

const villages = json(path.join(root, 'examples/04_own_county/ledgers/villages.geojson')).features.map((f) => f.properties);
const spread = (counts) => counts.flatMap((n, v) => Array.from({ length: n }, (_, i) => [villages[v].code, `2022-0${1 + (i % 8)}-1${v}`, 1000 + 100 * i]));

test('a county with two cases shows neither their number nor their loss, in no file, and ranks nothing by them', () => {
  const { dir, summary } = county_with([[villages[0].code, '2022-03-01', 123457], [villages[1].code, '2022-03-02', 1]]);
  assert.equal(summary.cases.now.cases, null);
  assert.equal(summary.cases.now.loss_yuan, undefined);
  assert.equal(summary.cases.prior_mean, null);
  assert.ok(summary.gaps.village.every((gap) => gap.rank === null && gap.cases === null && gap.risk === null));
  for (const file of ['summary.json', 'bulletin.html', 'gaps.csv', 'portal/data.js', 'manifest.json']) {
    const text = fs.readFileSync(path.join(dir, 'out', file), 'utf8');
    for (const secret of ['123457', '123458', '12.35', '12.3457']) assert.ok(!text.includes(secret), `${file} shows ${secret}`);
  }
});

test('a town whose count is withheld does not follow from the villages of the other town', () => {
  const { summary } = county_with(spread([3, 3, 4, 1, 0, 1]));
  assert.deepEqual(summary.gaps.town.map((gap) => gap.cases), [null, null]);
  const shown = summary.gaps.village.filter((gap) => gap.cases !== null);
  assert.ok(shown.length <= 1, 'at most the largest village may show its count');
});

test('counts that may be shown are shown', () => {
  const { summary } = county_with(spread([5, 6, 7, 5, 6, 7]));
  assert.equal(summary.cases.now.cases, 36);
  assert.ok(summary.gaps.village.every((gap) => gap.cases >= 5));
});

test('a part of the period is compared with the same part of the other year', () => {
  const dir = path.join(scratch('privacy'), 'county');
  fs.cpSync(path.join(root, 'examples/04_own_county'), dir, { recursive: true });
  ok('run', '-p', dir, '--as-of', '2022-03-01');
  const { cases } = json(path.join(dir, 'out/summary.json'));
  assert.deepEqual(cases.period, ['2022-01-01', '2022-03-01']);
  assert.deepEqual(cases.compare, ['2021-01-01', '2021-03-01']);
});

test('the case surface tells nothing that the counts withhold: moving cases among hidden villages of a town leaves it as it is', () => {
  const here = county_with(spread([6, 0, 0, 5, 5, 5])), there = county_with(spread([1, 5, 0, 5, 5, 5]));
  for (const { summary } of [here, there]) assert.equal(summary.gaps.village.filter((gap) => gap.cases !== null).length, 3);
  for (const surface of ['cases_quartic.tif', 'cases_gaussian.tif']) {
    const bytes = ({ dir }) => fs.readFileSync(path.join(dir, 'out/surfaces', surface));
    assert.ok(bytes(here).equals(bytes(there)), surface);
  }
});
