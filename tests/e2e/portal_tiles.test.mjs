// Folders of tiles that a run makes for the portal: both of Tianditu's sets, a path that changes with the content.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { demoCounty, digests, editToml, json, ok, run } from './lib.mjs';

const dir = demoCounty('portal');
editToml(dir, (text) => text.replace('portal_sets      = []', 'portal_sets = ["Tianditu_w", "Tianditu_c"]').replace('portal_url       = ""', 'portal_url = "https://map.example/gaps"'));
ok('run', '-p', dir);
const tiles = path.join(dir, 'out/tiles');
const versionOf = (product) => fs.readdirSync(path.join(tiles, product), { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name);

for (const set of ['Tianditu_w', 'Tianditu_c']) {
  for (const product of ['units', 'surface_cases', 'surface_loss']) {
    test(`${set}/${product} has capabilities with the portal's address and one version of tiles, each of which is as tiles.sha256 says`, () => {
      const versions = versionOf(`${set}/${product}`);
      assert.equal(versions.length, 1);
      assert.match(versions[0], /^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}$/);
      const capabilities = fs.readFileSync(path.join(tiles, set, product, 'WMTSCapabilities.xml'), 'utf8');
      assert.ok(capabilities.includes(`https://map.example/gaps/${set}/${product}/${versions[0]}/{TileMatrix}/{TileCol}/{TileRow}`), capabilities.slice(0, 2000));
      const check = spawnSync('sha256sum', ['-c', '--quiet', 'tiles.sha256'], { cwd: path.join(tiles, set, product), encoding: 'utf8' });
      assert.equal(check.status, 0, check.stdout + check.stderr);
      const listed = fs.readFileSync(path.join(tiles, set, product, 'tiles.sha256'), 'utf8').trim().split('\n').length;
      const there = Object.keys(digests(path.join(tiles, set, product))).filter((f) => /\.(mvt|png)$/.test(f)).length;
      assert.equal(listed, there);
      assert.ok(json(path.join(dir, 'out/manifest.json')).outputs.some((o) => o.path === `tiles/${set}/${product}/tiles.sha256`));
    });
  }
}

test('the tiles of Tianditu_w are those of the archive for QGIS, unpacked', { skip: spawnSync('sqlite3', ['--version']).error ? 'there is no sqlite3' : false }, () => {
  const sql = "select zoom_level, tile_column, (1 << zoom_level) - 1 - tile_row, hex(tile_data) from tiles";
  const dump = spawnSync('sqlite3', [path.join(tiles, 'units.mbtiles'), sql], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(dump.status, 0, dump.stderr);
  const [version] = versionOf('Tianditu_w/units');
  let same = 0;
  for (const line of dump.stdout.trim().split('\n')) {
    const [z, x, y, hex] = line.split('|');
    const file = fs.readFileSync(path.join(tiles, 'Tianditu_w/units', version, z, x, `${y}.mvt`));
    assert.ok(file.equals(zlib.gunzipSync(Buffer.from(hex, 'hex'))), `${z}/${x}/${y}`);
    same += 1;
  }
  assert.ok(same > 500);
});

test('a run without news gives the same paths and bytes; another day gives other paths', () => {
  const before = digests(path.join(dir, 'out'));
  const [version] = versionOf('Tianditu_c/units');
  ok('run', '-p', dir, '--threads', '1');
  assert.deepEqual(digests(path.join(dir, 'out')), before);
  ok('run', '-p', dir, '--as-of', '2022-08-28');
  const [next] = versionOf('Tianditu_c/units');
  assert.notEqual(next, version);
  assert.ok(next.startsWith('2022-08-28-'));
});

test('a fixed end of the scale gives the same legend whatever the period, and another than the free one', () => {
  const legend = () => json(path.join(tiles, 'surface_cases.legend.json'));
  const free = legend();
  editToml(dir, (text) => text.replace('cases_top        = 0 ', 'cases_top        = 7 '));
  ok('run', '-p', dir);
  const fixed = legend();
  assert.notDeepEqual(fixed.classes, free.classes);
  editToml(dir, (text) => text.replace('period_end       = "2022-08-31"', 'period_end       = "2022-06-30"'));
  ok('run', '-p', dir);
  assert.deepEqual(legend().classes, fixed.classes);
  assert.ok(fs.readFileSync(path.join(tiles, 'surface_cases.legend.svg'), 'utf8').includes('发案密度'));
});

test('a portal address that is none is refused', () => {
  editToml(dir, (text) => text.replace('https://map.example/gaps', 'map.example/{z}'));
  const r = run('run', '-p', dir);
  assert.equal(r.status, 3);
  assert.match(r.stderr, /county\.toml.*tiles\.portal_url.*https:\/\//);
  editToml(dir, (text) => text.replace('map.example/{z}', 'https://map.example/gaps'));
});

test('a set that runs cannot make is refused by file, line and key', () => {
  editToml(dir, (text) => text.replace('["Tianditu_w", "Tianditu_c"]', '["Linyou4545"]'));
  const r = run('run', '-p', dir);
  assert.equal(r.status, 3);
  assert.match(r.stderr, /county\.toml.*tiles\.portal_sets.*expected Tianditu_w, Tianditu_c, WebMercatorQuad or WorldCRS84Quad/);
  assert.equal(r.stderr.trim().split('\n').length, 1);
});
