// QGIS without a screen opens the county's tiles: MBTiles of shapes and of a surface, GeoPackage tiles in EPSG:4490; the right colour at every place that is sure.
// With GAPMAP_SHOTS=FOLDER the maps are kept there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { surfacePlaces, villagePlaces } from './county_places.mjs';
import { demoCounty, json, ok, root, run, scratch } from './lib.mjs';

const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import qgis.core'], { timeout: 60_000 }).status === 0);
const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : !python ? 'QGIS is missing (python3-qgis)' : false;

test('QGIS shows the villages and the surface where they are', { skip: missing, timeout: 300_000 }, () => {
  const dir = scratch('qgis'), out = path.join(demoCounty('qgis-county', { withRun: true }), 'out'), shots = process.env.GAPMAP_SHOTS ?? dir;
  const surface = path.join(out, 'surfaces/cases_quartic.tif'), breaks = [0.01, 0.03, 0.08, 0.16];
  const raster = (name, ...more) => ok('tiles', surface, '-o', path.join(dir, name), '--palette', 'many_hues', '--breaks', breaks.join(','), ...more);
  ok('tiles', `${path.join(out, 'gaps.gpkg')}:gaps_village`, '-o', path.join(dir, 'villages.mbtiles'), '--max-zoom', '12');
  raster('surface.mbtiles');
  raster('surface_c.gpkg', '--set', 'Tianditu_c', '--legend', path.join(dir, 'legend.json'));
  const legend = json(path.join(dir, 'legend.json')).classes.map(({ colour }) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)));
  const wanted = { vector: villagePlaces(out), raster: surfacePlaces(surface, breaks, dir) };
  fs.mkdirSync(shots, { recursive: true });
  const jobs = [['vector', 'villages.mbtiles', 'EPSG:3857'], ['raster', 'surface.mbtiles', 'EPSG:3857'], ['raster', 'surface_c.gpkg', 'EPSG:4490']].map(([kind, name, crs]) => ({
    kind, path: path.join(dir, name), layer: 'gaps_village', crs, centre: [107.675, 34.77], resolution: crs === 'EPSG:3857' ? 76.43702828507324 : 0.703125 / 1024,
    places: wanted[kind].map(([place]) => place), image: path.join(shots, `qgis_${name}.png`),
  }));
  fs.writeFileSync(path.join(dir, 'jobs.json'), JSON.stringify(jobs));
  const r = spawnSync(python, [path.join(root, 'tests/e2e/tiles_qgis.py'), path.join(dir, 'jobs.json')], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 200_000, env: { ...process.env, QT_QPA_PLATFORM: 'offscreen', XDG_RUNTIME_DIR: dir, HOME: dir } });
  assert.equal(r.status, 0, r.stderr);
  const answers = JSON.parse(r.stdout.trim().split('\n').at(-1));
  jobs.forEach((job, n) => {
    const wrong = [];
    assert.equal(answers[n].crs, job.crs, job.path);
    let looked = 0, outside = 0;
    wanted[job.kind].forEach(([place, key], i) => {
      const colour = answers[n].colours[i], right = key === null ? [255, 255, 255] : job.kind === 'vector' ? [200, 40, 60] : legend[key];
      if (!colour) return;
      ++looked;
      outside += key === null ? 1 : 0;
      if (right.some((v, k) => Math.abs(v - colour[k]) > 2)) wrong.push(`${place}: ${colour} in place of ${right}`);
    });
    assert.ok(looked > 500 && outside > 100, `${job.path}: ${looked} places, ${outside} outside`);
    assert.deepEqual(wrong, [], job.path);
  });
});
