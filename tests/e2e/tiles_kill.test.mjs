// kill -9 at random moments, and a disk that is full half-way: what was there stays whole or the new one stands whole, and the next run leaves nothing behind.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { digests, killAfter, ok, run, scratch } from './lib.mjs';

const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : false;
const noGdal = missing || (spawnSync('gdal_create', ['--version']).status !== 0 ? 'GDAL\'s programs are missing' : false);
const dir = scratch('kill');

/** Points on a spiral about the county, so many that their tiles take a while. */
function points(name, n) {
  const file = path.join(dir, name);
  fs.writeFileSync(file, `lon,lat,n\n${Array.from({ length: n }, (_, i) => `${(107.7 + 0.3 * Math.sqrt(i / n) * Math.cos(i)).toFixed(6)},${(34.7 + 0.2 * Math.sqrt(i / n) * Math.sin(i)).toFixed(6)},${i % 97}`).join('\n')}\n`);
  return file;
}

function picture(name, colour) {
  const file = path.join(dir, name);
  const made = spawnSync('gdal_create', ['-of', 'GTiff', '-outsize', '700', '500', '-bands', '3', '-burn', colour, '-burn', '7', '-burn', '90', '-a_srs', 'EPSG:4490', '-a_ullr', '107.3', '35', '108', '34.5', '-co', 'PHOTOMETRIC=RGB', file], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  return file;
}

/** What stands at a path: nothing, a file's digest or those of a folder's files. */
function standing(place) {
  if (!fs.existsSync(place)) return null;
  return fs.statSync(place).isDirectory() ? JSON.stringify(digests(place)) : createHash('sha256').update(fs.readFileSync(place)).digest('hex');
}

const vector = (n, ...more) => ({ skip: missing, inputs: () => [points('old.csv', 300), points('new.csv', n)], highest: '13', options: ['--crs', 'EPSG:4490', '--every-point', ...more] });
const raster = (...more) => ({ skip: noGdal, inputs: () => [picture('old.tif', '10'), picture('new.tif', '200')], highest: '13', options: ['--min-zoom', '8', ...more] });
const kinds = {
  'tiles.pmtiles': vector(40_000),
  'tiles.mbtiles': vector(40_000),
  'tiles.gpkg': raster('--set', 'Tianditu_c'),
  'tiles': vector(20_000, '--set', 'Tianditu_c'),
};

for (const [name, { skip, inputs, options, highest }] of Object.entries(kinds)) {
  test(`${name === 'tiles' ? 'a folder of tiles' : name} outlives kill -9 at any moment: old, new or not yet there, but whole`, { skip, timeout: 240_000 }, async () => {
    const place = path.join(dir, `work-${name}`), out = path.join(place, name);
    fs.mkdirSync(place);
    const [older, newer] = inputs();
    const build = (input) => ['tiles', input, '-o', out, '--max-zoom', highest, ...options];
    const begun = Date.now();
    ok(...build(newer));
    const took = Date.now() - begun, fresh = standing(out);
    fs.rmSync(out, { recursive: true });
    ok(...build(older));
    const old = standing(out);
    assert.notEqual(old, fresh);
    let killed = 0;
    for (let i = 0; i < 14; ++i) {
      const ms = Math.round(took * ((i + Math.random()) / 12)), nothing = i % 4 === 3;
      if (nothing) fs.rmSync(out, { recursive: true, force: true });
      killed += (await killAfter(ms, ...build(newer))) ? 1 : 0;
      const now = standing(out);
      assert.ok(now === fresh || now === (nothing ? null : old), `torn after ${ms} of ${took} ms: ${now === null ? 'nothing is there' : fs.readdirSync(place)}`);
      if (now !== old) {
        ok(...build(older));
        assert.equal(standing(out), old, `the run after a kill at ${ms} ms`);
      }
    }
    assert.ok(killed >= 5, `only ${killed} of 14 were still running`);
    ok(...build(newer));
    assert.equal(standing(out), fresh);
    assert.deepEqual(fs.readdirSync(place), [name], 'litter of killed runs');
  });
}

test('a week\'s version outlives kill -9: earlier weeks and the files above them stay whole, the killed week can be written again', { skip: missing, timeout: 240_000 }, async () => {
  const place = path.join(dir, 'weeks'), out = path.join(place, 'map'), [older, newer] = [points('week1.csv', 300), points('week2.csv', 20_000)];
  fs.mkdirSync(place);
  const build = (input, week) => ['tiles', input, '-o', out, '--crs', 'EPSG:4490', '--max-zoom', '13', '--every-point', '--base-url', 'http://example.org', '--version-path', week];
  ok(...build(older, 'w1'));
  const begun = Date.now();
  ok(...build(newer, 'w2'));
  const took = Date.now() - begun, whole = digests(out);
  const above = (all) => Object.fromEntries(Object.entries(all).filter(([file]) => !file.includes(path.sep)));
  let killed = 0;
  for (let i = 0; i < 12; ++i) {
    fs.rmSync(out, { recursive: true });
    ok(...build(older, 'w1'));
    const old = digests(out), ms = Math.round(took * ((i + Math.random()) / 10));
    killed += (await killAfter(ms, ...build(newer, 'w2'))) ? 1 : 0;
    const now = digests(out);
    for (const [file, digest] of Object.entries(old).filter(([file]) => file.startsWith('w1'))) assert.equal(now[file], digest, `${file} after ${ms} ms`);
    for (const file of Object.keys(above(old))) assert.ok([old[file], whole[file]].includes(now[file]), `${file} is torn after ${ms} ms`);
    const week = Object.keys(now).filter((file) => file.startsWith('w2'));
    if (week.length === 0) assert.deepEqual(above(now), above(old), 'files above name a week that is not there');
    else assert.deepEqual(week.map((file) => now[file]), Object.keys(whole).filter((file) => file.startsWith('w2')).map((file) => whole[file]), `a week cut short after ${ms} ms`);
    const again = run(...build(newer, 'w2'));
    if (week.length === 0) assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(fs.readdirSync(place), ['map'], `litter after ${ms} ms`);
    if (again.status === 0) assert.deepEqual(digests(out), whole);
  }
  assert.ok(killed >= 4, `only ${killed} of 12 were still running`);
});

test('an archive that is kept up to date outlives kill -9: a later --update gives the bytes of a full build', { skip: missing, timeout: 240_000 }, async () => {
  const place = path.join(dir, 'updated'), out = path.join(place, 'tiles.pmtiles'), [older, newer] = [points('update1.csv', 30_000), points('update2.csv', 40_000)];
  fs.mkdirSync(place);
  const build = (input, ...more) => ['tiles', input, '-o', out, '--crs', 'EPSG:4490', '--max-zoom', '13', '--every-point', ...more];
  const begun = Date.now();
  ok(...build(newer));
  const took = Date.now() - begun, fresh = standing(out);
  fs.rmSync(place, { recursive: true });
  fs.mkdirSync(place);
  ok(...build(older, '--update'));
  const old = standing(out), names = fs.readdirSync(place);
  for (let i = 0; i < 12; ++i) {
    const ms = Math.round(took * ((i + Math.random()) / 9));
    await killAfter(ms, ...build(newer, '--update'));
    assert.ok([old, fresh].includes(standing(out)), `torn after ${ms} of ${took} ms`);
    ok(...build(newer, '--update'));
    assert.equal(standing(out), fresh, `updated after a kill at ${ms} ms`);
    await killAfter(ms, ...build(older, '--update'));
    ok(...build(older, '--update'));
    assert.equal(standing(out), old, `updated after a second kill at ${ms} ms`);
  }
  assert.deepEqual(fs.readdirSync(place), names, 'litter of killed runs');
});

for (const [name, { skip, inputs, options, highest }] of Object.entries(kinds)) {
  test(`two runs that write ${name === 'tiles' ? 'one folder' : name} at once leave one of the two results, whole`, { skip, timeout: 120_000 }, async () => {
    const place = path.join(dir, `both-${name}`), out = path.join(place, name), [older, newer] = inputs();
    fs.mkdirSync(place);
    const build = (input) => ['tiles', input, '-o', out, '--max-zoom', highest, ...options];
    const results = [older, newer].map((input) => (ok(...build(input)), standing(out)));
    for (let i = 0; i < 4; ++i) {
      const long = killAfter(100_000, ...build(newer));
      await new Promise((resolve) => setTimeout(resolve, 60 * i));
      run(...build(older));
      assert.equal(await long, false);
      assert.ok(results.includes(standing(out)), `torn: ${fs.readdirSync(place)}`);
    }
    ok(...build(newer));
    assert.equal(standing(out), results[1]);
    assert.deepEqual(fs.readdirSync(place), [name], 'litter');
  });
}

for (const [name, { skip, inputs, options, highest }] of Object.entries(kinds)) {
  test(`a disk that is full half-way leaves the old ${name === 'tiles' ? 'folder' : name} whole, and one line says so`, { skip, timeout: 120_000 }, (t) => {
    const mount = path.join(dir, `disk-${name}`), out = path.join(mount, name);
    fs.mkdirSync(mount);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', mount]).status !== 0) return t.skip('no file system may be mounted here');
    try {
      const [older, newer] = inputs();
      ok('tiles', older, '-o', out, '--max-zoom', '9', ...options);
      const old = standing(out), names = fs.readdirSync(mount);
      fs.writeFileSync(path.join(mount, 'ballast'), Buffer.alloc(name === 'tiles' ? 200_000 : 400_000));
      const r = run('tiles', newer, '-o', out, '--max-zoom', highest, ...options);
      assert.equal(r.status, 5, r.stderr);
      assert.match(r.stderr, /^gapmap: [^\n]*(space|full)[^\n]*\n$/i);
      assert.ok(r.stderr.includes(name));
      assert.equal(standing(out), old);
      assert.deepEqual(fs.readdirSync(mount).sort(), [...names, 'ballast'].sort(), 'litter on the full disk');
    } finally {
      spawnSync('umount', [mount]);
    }
  });
}
