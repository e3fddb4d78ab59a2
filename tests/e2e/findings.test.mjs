// Statistical findings on the page of the demo county, in headless Chromium, from file://, with the network blocked:
// web/test/findings.test.mjs on a portal with made-up findings of every kind.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { demoCounty, scratch } from './lib.mjs';
import { add_findings } from './page_findings.mjs';

const web = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../web');
const noChromium = !fs.existsSync('/usr/bin/chromium');

/** A copy of the demo's portal whose data went through `change`. */
let made;
function portal(name, change) {
  made ??= path.join(demoCounty('findings', { withRun: true }), 'out/portal');
  const copy = path.join(scratch(name), 'portal');
  fs.cpSync(made, copy, { recursive: true });
  change(copy);
  return copy;
}

function editData(folder, change) {
  const file = path.join(folder, 'data.js');
  const context = { window: {} };
  vm.runInNewContext(fs.readFileSync(file, 'utf8'), context);
  change(context.window.GAPMAP_DATA);
  fs.writeFileSync(file, `window.GAPMAP_DATA = ${JSON.stringify(context.window.GAPMAP_DATA)};`);
}

async function withPage(t, folder, hash, look) {
  const { chromium } = createRequire(path.join(web, 'package.json'))('playwright-core');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, offline: true });
  await page.goto(pathToFileURL(path.join(folder, 'index.html')).href + hash);
  await look(page);
}

for (const [name, options, which] of [['some of them closed, passes every test of findings', {}, '.'], ['all of them closed, keeps every class back', { closed: true }, 'closed gate|sheet|silent']]) {
  test(`the demo's page with findings, ${name}`, { timeout: 400_000 }, (t) => {
    if (noChromium) return t.skip('no Chromium here');
    const env = { ...process.env, PORTAL_DIR: portal('portal', (folder) => add_findings(folder, options)) };
    delete env.NODE_TEST_CONTEXT;  // else the inner runner takes itself for a child of this one
    const r = spawnSync(process.execPath, ['--test', `--test-name-pattern=${which}`, path.join(web, 'test/findings.test.mjs')], { encoding: 'utf8', env });
    assert.equal(r.status, 0, r.stdout + r.stderr);
    assert.match(r.stdout, /# pass [1-9]/);
  });
}

test('a page whose data have no findings does not speak of them', { timeout: 120_000 }, async (t) => {
  if (noChromium) return t.skip('no Chromium here');
  const folder = portal('bare', (copy) => editData(copy, (data) => { delete data.findings; delete data.tests_run; }));
  await withPage(t, folder, '#q=findings&f=moran', async (page) => {
    await page.waitForSelector('.rows-body [data-code]');
    assert.equal(await page.locator('[data-value="findings"]').count(), 0);
    assert.match(await page.evaluate(() => location.hash), /q=gap/);
    await page.click('.rows-body [data-code]');
    assert.doesNotMatch(await page.textContent('.card'), /统计发现/);
  });
});

test('a finding that uses a class it does not have is refused in words, not drawn as something else', { timeout: 120_000 }, async (t) => {
  if (noChromium) return t.skip('no Chromium here');
  const folder = portal('fault', (copy) => {
    add_findings(copy);
    editData(copy, (data) => { Object.values(data.findings[0].units)[0].class = 'no-such-class'; });
  });
  await withPage(t, folder, '', async (page) => {
    const text = await page.textContent('#app');
    assert.match(text, /no-such-class/);
    assert.match(text, /统计发现.*重新生成/s);
  });
});
