// kill -9 in the middle of import and of run: the store opens, the old outputs stand, and a rerun gives the same bytes.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { demoCounty, digests, killAfter, ok } from './lib.mjs';

const whole = digests(path.join(demoCounty('whole', { withRun: true }), 'out'));

test('a killed import leaves a store that opens, and a run that gives the same bytes', async () => {
  let killed = 0;
  for (const ms of [30, 120, 250, 450, 700]) {
    const dir = demoCounty(`import-${ms}`);
    killed += (await killAfter(ms, 'import', '-p', dir)) ? 1 : 0;
    if (fs.existsSync(path.join(dir, 'county.sqlite'))) ok('status', '-p', dir);
    ok('run', '-p', dir);
    assert.deepEqual(digests(path.join(dir, 'out')), whole, `killed after ${ms} ms`);
  }
  assert.ok(killed >= 3, `only ${killed} of 5 were still running`);
});

test('a killed run leaves whole outputs, old or new, and a rerun gives the same bytes', async () => {
  const older = demoCounty('older', { withRun: true });
  ok('run', '-p', older, '--as-of', '2022-08-28');
  const old = digests(path.join(older, 'out'));
  let killed = 0;
  for (const ms of [60, 200, 400, 600, 900, 1200]) {
    killed += (await killAfter(ms, 'run', '-p', older)) ? 1 : 0;
    ok('status', '-p', older);
    const now = digests(path.join(older, 'out'));
    assert.ok(JSON.stringify(now) === JSON.stringify(old) || JSON.stringify(now) === JSON.stringify(whole), `torn outputs after ${ms} ms`);
    ok('run', '-p', older);
    assert.deepEqual(digests(path.join(older, 'out')), whole, `killed after ${ms} ms`);
    ok('run', '-p', older, '--as-of', '2022-08-28');
    assert.deepEqual(fs.readdirSync(older).filter((name) => name.startsWith('.out')), [], 'a work folder was left');
  }
  assert.ok(killed >= 3, `only ${killed} of 6 were still running`);
});
