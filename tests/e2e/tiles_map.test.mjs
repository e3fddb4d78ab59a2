// The demo county from every container in headless Chromium with OpenLayers, in EPSG:3857 and EPSG:4490: the right colour at known places, nothing outside.
// With GAPMAP_SHOTS=FOLDER a screenshot of each map is kept there.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { asked, surfacePlaces, villagePlaces } from './county_places.mjs';
import { demoCounty, json, ok, root, run, scratch } from './lib.mjs';

const web = path.join(root, 'web'), modules = path.join(web, 'node_modules');
const has = (tool) => spawnSync(tool, ['--version']).status === 0;
const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles'
  : !fs.existsSync('/usr/bin/chromium') ? 'no Chromium here'
  : !['ol', 'pmtiles', 'esbuild', 'playwright-core'].every((name) => fs.existsSync(path.join(modules, name))) ? 'npm\'s packages are not installed (cd web && npm ci)'
  : !has('ogr2ogr') || !has('gdalwarp') ? 'GDAL\'s programs are missing' : false;
const noDatabase = missing || (!has('sqlite3') ? 'sqlite3 is missing' : false);

const dir = scratch('map'), breaks = [0.01, 0.03, 0.08, 0.16];
const centre = [107.675, 34.77];
let server, browser, page, url, surface, legend, out;
const answers = { part: 0, whole: 0 };

const query = (file, sql) => asked('sqlite3', ['-separator', ' ', path.join(dir, file), sql]).trim();

/** One tile of a database, or nothing. */
function fromDatabase(name, z, x, y) {
  const hex = name.endsWith('.mbtiles') ? query(name, `SELECT hex(tile_data) FROM tiles WHERE zoom_level=${+z} AND tile_column=${+x} AND tile_row=(1 << ${+z}) - 1 - ${+y}`)
    : query(name, `SELECT hex(tile_data) FROM "${query(name, "SELECT table_name FROM gpkg_contents WHERE data_type='tiles'")}" WHERE zoom_level=${+z} AND tile_column=${+x} AND tile_row=${+y}`);
  return hex && Buffer.from(hex, 'hex');
}

/** Files with range requests, tiles of databases at /db/NAME/z/x/y. */
function answer(request, response) {
  const name = decodeURIComponent(new URL(request.url, 'http://h').pathname);
  if (name === '/') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html><style>html,body,#map{margin:0;width:100%;height:100%}</style><div id="map"></div><script src="page.js"></script>');
  const tile = name.match(/^\/db\/([\w.]+)\/(\d+)\/(\d+)\/(\d+)$/);
  if (tile) {
    const bytes = fromDatabase(...tile.slice(1));
    return bytes ? response.writeHead(200, bytes[0] === 0x1f ? { 'content-encoding': 'gzip' } : {}).end(bytes) : response.writeHead(404).end();
  }
  const file = path.join(dir, name);
  if (!fs.existsSync(file)) return response.writeHead(404).end();
  const bytes = fs.readFileSync(file), range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const type = { '.js': 'text/javascript', '.json': 'application/json', '.xml': 'text/xml', '.png': 'image/png' }[path.extname(name)] ?? 'application/octet-stream';
  if (name.endsWith('.pmtiles')) ++answers[range ? 'part' : 'whole'];
  if (!range) return response.writeHead(200, { 'content-type': type }).end(bytes);
  const [from, to] = [+range[1], Math.min(+range[2], bytes.length - 1)];
  response.writeHead(206, { 'content-type': type, 'content-range': `bytes ${from}-${to}/${bytes.length}`, etag: '"1"' }).end(bytes.subarray(from, to + 1));
}

before(async () => {
  if (missing) return;
  out = path.join(demoCounty('map-county', { withRun: true }), 'out');
  surface = path.join(out, 'surfaces/cases_quartic.tif');
  server = http.createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  const vector = (name, ...more) => ok('tiles', `${path.join(out, 'gaps.gpkg')}:gaps_village`, '-o', path.join(dir, name), '--max-zoom', '12', ...more);
  const raster = (name, ...more) => ok('tiles', surface, '-o', path.join(dir, name), '--palette', 'many_hues', '--breaks', breaks.join(','), ...more);
  for (const set of ['w', 'c']) {
    vector(`villages_${set}`, '--set', `Tianditu_${set}`, '--base-url', `${url}/villages_${set}`);
    raster(`surface_${set}`, '--set', `Tianditu_${set}`, '--base-url', `${url}/surface_${set}`, '--legend', path.join(dir, 'legend.json'));
  }
  for (const ending of ['pmtiles', 'mbtiles']) {
    vector(`villages.${ending}`);
    raster(`surface.${ending}`);
  }
  raster('surface_w.gpkg');
  raster('surface_c.gpkg', '--set', 'Tianditu_c');
  legend = json(path.join(dir, 'legend.json')).classes.map(({ colour }) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)));
  const need = createRequire(path.join(web, 'package.json'));
  await need('esbuild').build({ entryPoints: [path.join(root, 'tests/e2e/tiles_map_page.js')], bundle: true, format: 'iife', outfile: path.join(dir, 'page.js'), nodePaths: [modules], logLevel: 'error' });
  browser = await need('playwright-core').chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.setDefaultTimeout(60_000);
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

/** The grid of a GeoPackage's tiles, as its tables state it. */
function gridOf(name) {
  const [left, top] = query(name, 'SELECT min_x, max_y FROM gpkg_tile_matrix_set').split(' ').map(Number);
  const rows = query(name, 'SELECT zoom_level, pixel_x_size FROM gpkg_tile_matrix ORDER BY zoom_level').split('\n').map((line) => line.split(' ').map(Number));
  return { origin: [left, top], resolutions: rows.map(([, size]) => size), first: rows[0][0] };
}

const crs = { w: 'EPSG:3857', c: 'EPSG:4490' }, seen = {};
const maps = [];
for (const vector of [true, false]) {
  const kind = vector ? 'villages' : 'surface';
  maps.push([`${kind} folder_w`, 'w', vector, () => ({ kind: 'xyz', url: `/${kind}_w/{z}/{x}/{y}.${vector ? 'mvt' : 'png'}` })]);
  for (const set of ['w', 'c']) {
    maps.push([`${kind} wmts_${set}`, set, vector, () => ({ kind: 'wmts', url: `/${kind}_${set}/WMTSCapabilities.xml` })]);
    maps.push([`${kind} ogc_${set}`, set, vector, () => ({ kind: 'ogc', url: `/${kind}_${set}/tileset.json` })]);
  }
  maps.push([`${kind} pmtiles`, 'w', vector, () => ({ kind: 'pmtiles', url: `/${kind}.pmtiles` })]);
  maps.push([`${kind} mbtiles`, 'w', vector, () => ({ kind: 'xyz', url: `/db/${kind}.mbtiles/{z}/{x}/{y}` })]);
}
for (const set of ['w', 'c']) maps.push([`surface gpkg_${set}`, set, false, () => ({ kind: 'xyz', url: `/db/surface_${set}.gpkg/{z}/{x}/{y}`, grid: gridOf(`surface_${set}.gpkg`) })]);

let wanted;
for (const [name, set, vector, what] of maps) {
  test(`${name}: the map in ${crs[set]} has the right colour at every place that is sure`, { skip: /mbtiles|gpkg/.test(name) ? noDatabase : missing, timeout: 120_000 }, async () => {
    wanted ??= { true: villagePlaces(out), false: surfacePlaces(surface, breaks, dir) };
    const errors = [];
    const note = (error) => errors.push(String(error));
    page.on('pageerror', note);
    await page.goto(url);
    await page.evaluate((w) => window.show(w), { ...what(), vector, crs: crs[set], centre, resolution: set === 'w' ? 76.43702828507324 : 0.703125 / 1024 });
    const places = wanted[vector];
    const colours = await page.evaluate((p) => window.colours(p), places.map(([place]) => place));
    if (process.env.GAPMAP_SHOTS) {
      fs.mkdirSync(process.env.GAPMAP_SHOTS, { recursive: true });
      await page.screenshot({ path: path.join(process.env.GAPMAP_SHOTS, `${name.replace(' ', '_')}.png`) });
    }
    page.off('pageerror', note);
    assert.deepEqual(errors, []);
    const codes = [...new Set(places.map(([, key]) => key).filter((key) => key !== null))];
    const palette = vector ? Object.fromEntries(await page.evaluate((all) => all.map((code) => [code, window.colourOf(code)]), codes)) : legend;
    const wrong = [];
    let inner = 0, outer = 0;
    places.forEach(([place, key], i) => {
      if (!colours[i]) return;
      if (key === null) ++outer;
      else ++inner;
      const right = key === null ? [255, 255, 255] : palette[key];
      if (right.some((v, n) => Math.abs(v - colours[i][n]) > 2)) wrong.push(`${place}: ${colours[i]} in place of ${right} (${key})`);
    });
    assert.ok(inner > 300, `${inner} places inside looked at`);
    assert.ok(outer > 100, `${outer} places outside looked at`);
    assert.deepEqual(wrong, [], `${wrong.length} wrong`);
    seen[name] = new Map(places.map(([place], i) => [String(place), colours[i]]));
  });
}

test('the two sets\' maps show the same ground at the same longitude and latitude, whatever the container', { skip: noDatabase }, () => {
  for (const kind of ['villages', 'surface']) {
    const all = Object.entries(seen).filter(([name]) => name.startsWith(kind));
    assert.equal(all.length, kind === 'villages' ? 7 : 9);
    const [, first] = all[0];
    for (const [name, colours] of all.slice(1)) {
      let same = 0;
      for (const [place, colour] of colours) {
        const other = first.get(place);
        if (!colour || !other) continue;
        assert.ok(colour.every((v, n) => Math.abs(v - other[n]) <= 2), `${name} at ${place}`);
        ++same;
      }
      assert.ok(same > 500, `${name}: ${same} places compared`);
    }
  }
});

test('an archive was never fetched whole', { skip: missing }, () => {
  assert.ok(answers.part > 4);
  assert.equal(answers.whole, 0);
});
