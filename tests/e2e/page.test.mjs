// The page of the demo county in headless Chromium, from file://, with the network blocked: web/test/page.test.mjs on a real portal.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoCounty } from './lib.mjs';

const web = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../web');

test('the page of the demo county passes every test of the page', { timeout: 300_000 }, (t) => {
  if (!fs.existsSync('/usr/bin/chromium')) return t.skip('no Chromium here');
  const portal = path.join(demoCounty('page', { withRun: true }), 'out/portal');
  const env = { ...process.env, PORTAL_DIR: portal };
  delete env.NODE_TEST_CONTEXT;  // else the inner runner takes itself for a child of this one
  const r = spawnSync(process.execPath, ['--test', path.join(web, 'test/page.test.mjs'), path.join(web, 'test/palette.test.mjs')], { encoding: 'utf8', env });
  assert.equal(r.status, 0, r.stdout + r.stderr);
  assert.match(r.stdout, /# pass [1-9]/);
});
