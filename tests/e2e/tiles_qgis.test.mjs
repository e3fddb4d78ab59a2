// QGIS without a screen opens the county's tiles: MBTiles of shapes and of a surface, GeoPackage tiles and a served folder in EPSG:4490; the right colour at every place that is sure.
// With GAPMAP_SHOTS=FOLDER the maps are kept there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { surfacePlaces, villagePlaces } from './county_places.mjs';
import { demoCounty, json, ok, root, run, scratch } from './lib.mjs';

const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import qgis.core'], { timeout: 60_000 }).status === 0);
const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : !python ? 'QGIS is missing (python3-qgis)' : false;

test('QGIS shows the villages and the surface where they are', { skip: missing, timeout: 300_000 }, async (t) => {
  const dir = scratch('qgis'), out = path.join(demoCounty('qgis-county', { withRun: true }), 'out'), shots = process.env.GAPMAP_SHOTS ?? dir;
  const surface = path.join(out, 'surfaces/cases_quartic.tif'), breaks = [0.01, 0.03, 0.08, 0.16];
  const raster = (name, ...more) => ok('tiles', surface, '-o', path.join(dir, name), '--palette', 'many_hues', '--breaks', breaks.join(','), ...more);
  ok('tiles', `${path.join(out, 'gaps.gpkg')}:gaps_village`, '-o', path.join(dir, 'villages.mbtiles'), '--max-zoom', '12');
  raster('surface.mbtiles');
  raster('surface_c.gpkg', '--set', 'Tianditu_c', '--legend', path.join(dir, 'legend.json'));
  const asked = [], server = http.createServer((request, response) => {
    const file = path.join(dir, new URL(request.url, 'http://h').pathname);
    asked.push(request.url);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.endsWith('.xml') ? 'text/xml' : 'image/png' }).end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  const url = `http://127.0.0.1:${server.address().port}`;
  raster('surface_c', '--set', 'Tianditu_c', '--base-url', `${url}/surface_c`);
  const legend = json(path.join(dir, 'legend.json')).classes.map(({ colour }) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)));
  const wanted = { vector: villagePlaces(out), raster: surfacePlaces(surface, breaks, dir) };
  fs.mkdirSync(shots, { recursive: true });
  const jobs = [
    ['vector', path.join(dir, 'villages.mbtiles'), 'EPSG:3857', 'gaps_village'], ['vector', path.join(out, 'tiles/units.mbtiles'), 'EPSG:3857', 'village'],
    ['raster', path.join(dir, 'surface.mbtiles'), 'EPSG:3857'], ['raster', path.join(dir, 'surface_c.gpkg'), 'EPSG:4490'], ['wmts', `${url}/surface_c/WMTSCapabilities.xml`, 'EPSG:4490', 'surface_c'],
  ].map(([kind, place, crs, layer]) => ({
    kind, path: place, layer, crs, set: 'Tianditu_c', style: 'default', centre: [107.675, 34.77], resolution: crs === 'EPSG:3857' ? 76.43702828507324 : 0.703125 / 1024,
    places: wanted[kind === 'vector' ? kind : 'raster'].map(([at]) => at), image: path.join(shots, `qgis_${path.basename(place)}.png`),
  }));
  fs.writeFileSync(path.join(dir, 'jobs.json'), JSON.stringify(jobs));
  const env = { ...process.env, QT_QPA_PLATFORM: 'offscreen', GDAL_PAM_ENABLED: 'NO', XDG_RUNTIME_DIR: dir, HOME: dir, no_proxy: '*' };
  const said = await new Promise((resolve, reject) => execFile(python, [path.join(root, 'tests/e2e/tiles_qgis.py'), path.join(dir, 'jobs.json')], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 200_000, env }, (error, stdout) => (error ? reject(error) : resolve(stdout))));
  const answers = JSON.parse(said.trim().split('\n').at(-1));
  jobs.forEach((job, n) => {
    const wrong = [];
    assert.equal(answers[n].crs, job.crs, job.path);
    let looked = 0, outside = 0;
    wanted[job.kind === 'vector' ? 'vector' : 'raster'].forEach(([place, key], i) => {
      const colour = answers[n].colours[i], right = key === null ? [255, 255, 255] : job.kind === 'vector' ? [200, 40, 60] : legend[key];
      if (!colour) return;
      ++looked;
      outside += key === null ? 1 : 0;
      if (right.some((v, k) => Math.abs(v - colour[k]) > 2)) wrong.push(`${place}: ${colour} in place of ${right}`);
    });
    assert.ok(looked > 500 && outside > 100, `${job.path}: ${looked} places, ${outside} outside`);
    assert.deepEqual(wrong, [], job.path);
  });
  assert.ok(asked.some((name) => /surface_c\/\d+\/\d+\/\d+\.png/.test(name)), 'QGIS asked for no tile');
});
