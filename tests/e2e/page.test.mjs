// The page of the demo county in headless Chromium, from file://, with the network blocked: web/test/page.test.mjs on a real portal.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { demoCounty, scratch } from './lib.mjs';

const web = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../web');

test('the page of the demo county passes every test of the page', { timeout: 300_000 }, (t) => {
  if (!fs.existsSync('/usr/bin/chromium')) return t.skip('no Chromium here');
  const portal = path.join(demoCounty('page', { withRun: true }), 'out/portal');
  const env = { ...process.env, PORTAL_DIR: portal };
  delete env.NODE_TEST_CONTEXT;  // else the inner runner takes itself for a child of this one
  const r = spawnSync(process.execPath, ['--test', ...['page', 'looks', 'palette'].map((name) => path.join(web, `test/${name}.test.mjs`))], { encoding: 'utf8', env });
  assert.equal(r.status, 0, r.stdout + r.stderr);
  assert.match(r.stdout, /# pass [1-9]/);
});

/** The colour that a QGIS style gives a score: the symbol of the first rule whose filter holds. */
function qgisColour(qml, score) {
  const text = (s) => s.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  for (const [, filter, symbol] of qml.matchAll(/<rule key="[^"]*" filter="([^"]*)" label="[^"]*" symbol="(\d+)"/g)) {
    const holds = text(filter).split(' AND ').every((part) => {
      const [field, sign, value] = part.split(' ');
      if (field === '"status"') return value === "'ok'";
      assert.equal(field, '"score"');
      return { '>': score > Number(value), '<=': score <= Number(value), '<': score < Number(value), '>=': score >= Number(value) }[sign];
    });
    if (!holds) continue;
    const [r, g, b] = qml.split(`<symbol type="fill" name="${symbol}"`)[1].match(/k="color" v="([^"]*)"/)[1].split(',').map(Number);
    return '#' + [r, g, b].map((v) => v.toString(16).padStart(2, '0')).join('');
  }
  return null;
}

test('a score exactly on a class break has the same colour on the page and in QGIS, at each level', { timeout: 300_000 }, async (t) => {
  if (!fs.existsSync('/usr/bin/chromium')) return t.skip('no Chromium here');
  const out = path.join(demoCounty('breaks', { withRun: true }), 'out');
  const sql = spawnSync('ogr2ogr', ['-f', 'GeoJSON', '/vsistdout/', path.join(out, 'gaps.gpkg'), '-sql', 'SELECT f_table_name, styleQML FROM layer_styles'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const styles = Object.fromEntries(JSON.parse(sql.stdout).features.map(({ properties }) => [properties.f_table_name, properties.styleQML]));
  const context = { window: {} };
  vm.runInNewContext(fs.readFileSync(path.join(out, 'portal/data.js'), 'utf8'), context);
  const data = context.window.GAPMAP_DATA;
  const wanted = {};
  for (const level of data.levels) {
    const breaks = data.classes.gap.breaks_by_level[level];
    const scores = breaks.flatMap((b) => [b, b * (1 + 1e-9), b * (1 - 1e-9)]);
    const units = data.units.filter((u) => u.level === level);
    units.forEach((unit, n) => { unit.gap = { score: scores[n % scores.length], rank: n + 1, status: 'ok' }; });
    const style = Object.entries(styles).find(([table, qml]) => table.includes(level) && qml.includes('score'));
    assert.ok(style, `no style for ${level} among ${Object.keys(styles)}`);
    wanted[level] = units.slice(0, scores.length).map((unit) => [unit.code, unit.gap.score, qgisColour(style[1], unit.gap.score)]);
  }
  const portal = path.join(scratch('portal'), 'portal');
  fs.cpSync(path.join(out, 'portal'), portal, { recursive: true });
  fs.writeFileSync(path.join(portal, 'data.js'), `window.GAPMAP_DATA = ${JSON.stringify(data)};`);
  const { chromium } = createRequire(path.join(web, 'package.json'))('playwright-core');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  t.after(() => browser.close());
  for (const level of data.levels) {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(`${pathToFileURL(path.join(portal, 'index.html')).href}#lv=${level}`);
    for (const [code, score, colour] of wanted[level]) {
      const shown = await page.getAttribute(`[data-code="${code}"] .mark rect`, 'fill');
      assert.equal(shown, colour, `${level}, score ${score}`);
    }
    await page.close();
  }
});
