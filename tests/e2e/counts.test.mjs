// Honest counting of the demo county: parts add up, the faking team is named, the back-check list is drawn, comes back and corrects.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { demoCounty, json, ok, root, run } from './lib.mjs';

const dir = demoCounty('counts', { withRun: true });
const list = path.join(dir, 'reports/backcheck.xlsx');
const summary = () => json(path.join(dir, 'out/summary.json'));
const node = (script, argument) => {
  const r = spawnSync(process.execPath, [path.join(root, 'docs', script), argument], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
};

test('in every unit the states sum to the households and no stage exceeds the one before it', () => {
  const { counting, coverage } = summary();
  for (const unit of [counting.county, ...counting.town, ...counting.village, ...counting.grid]) {
    const stages = Object.values(unit.at_least_here);
    assert.equal(Object.values(unit.state).reduce((a, b) => a + b), unit.visited.of);
    for (let i = 1; i < stages.length; ++i) assert.ok(stages[i] <= stages[i - 1]);
    assert.ok(unit.visited.at_least <= unit.visited.counted && unit.visited.counted <= unit.visited.at_most && unit.visited.at_most <= unit.visited.of);
    if (unit.more_to_90 !== null) assert.equal(unit.more_to_90, Math.max(0, Math.ceil((9 * unit.visited.of) / 10) - unit.visited.counted));
  }
  assert.equal(counting.county.visited.counted, coverage.county.rates.visited.numerator);
  assert.equal(counting.county.state.enumerated + counting.county.at_least_here.found, counting.county.visited.of);
});

test('the team that faked is named in the weeks in which it did, and no other team is', () => {
  const { team, bursts } = json(path.join(dir, 'truth.json')).planted.faking;
  const { flagged } = summary().counting.integrity;
  assert.deepEqual([...new Set(flagged.map((f) => f.team))], [team]);
  const crowds = flagged.filter((f) => f.test === 'crowd');
  assert.equal(crowds.length, bursts.length);
  for (const f of crowds) assert.ok(f.observed >= 40);
  const bulletin = fs.readFileSync(path.join(dir, 'out/bulletin.html'), 'utf8');
  assert.ok(bulletin.includes(team));
  const rows = spawnSync('ogr2ogr', ['-f', 'CSV', '/vsistdout/', path.join(dir, 'reports/visit_checks.xlsx'), '记录', '-oo', 'HEADERS=FORCE'], { encoding: 'utf8' }).stdout.trim().split('\n');
  assert.equal(rows.length, 1 + flagged.reduce((sum, f) => sum + f.observed, 0));
  assert.ok(rows.slice(1).every((row) => row.startsWith(team) && row.includes('走访清单.csv')));
});

test('both figures of the announcement come from their bases', () => {
  const said = summary().counting.divisions.map((d) => d.sentence.en).join('\n');
  assert.match(said, /44,306 .* of a target of 43,003 .*: 103\.03 %/);
  assert.match(said, /44,306 .* of 73,295 .*: 60\.45 %/);
});

test('the same seed draws the same list, another seed is refused while a list lies there, and the list stays out of out/', () => {
  const first = JSON.parse(ok('sample', '-p', dir, '--json'));
  assert.equal(first.villages.length, 70);
  assert.equal(first.households, first.villages.reduce((sum, v) => sum + v.n, 0));
  for (const v of first.villages) assert.ok(v.n <= v.households && v.alpha <= 0.1 && v.beta <= 0.1, v.code);
  const bytes = fs.readFileSync(list);
  ok('sample', '-p', dir, '--threads', '1');
  assert.deepEqual(fs.readFileSync(list), bytes);
  assert.equal(run('sample', '-p', dir, '--seed', '2').status, 5);
  assert.deepEqual(fs.readFileSync(list), bytes);
  assert.equal(run('sample', '-p', dir, '--p-low', '0.9').status, 2);
  assert.ok(!fs.existsSync(path.join(dir, 'out/backcheck.xlsx')));
});

test('the answers come back through the import and put coverage right, the uncorrected beside it', () => {
  assert.equal(summary().counting.back_check, null);
  node('backcheck_example.mjs', dir);
  ok('run', '-p', dir);
  const { import: ledgers, counting: { back_check: b, county } } = summary();
  assert.equal(ledgers.backchecks.accepted, ledgers.backchecks.rows_read);
  assert.equal(b.reported_and_so + b.reported_not_so + b.not_reported_but_so + b.not_reported_not_so, b.answered);
  const se = b.reported_and_so / (b.reported_and_so + b.not_reported_but_so), sp = b.not_reported_not_so / (b.not_reported_not_so + b.reported_not_so);
  const observed = county.visited.counted / county.visited.of;
  assert.equal(b.visited_uncorrected, observed);
  assert.ok(Math.abs(b.visited_corrected - (observed + sp - 1) / (se + sp - 1)) < 1e-12);
  assert.ok(b.interval[0] < b.visited_corrected && b.visited_corrected < b.interval[1]);
  for (const v of b.villages) assert.ok(v.wilson[0] <= v.said_yes / v.asked && v.said_yes / v.asked <= v.wilson[1]);
});
