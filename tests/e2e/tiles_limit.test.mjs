// Files that may not grow: wherever the limit strikes, one line says so, the old output stands whole and nothing beside it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { digests, gapmap, ok, root, run, scratch } from './lib.mjs';

const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : false;
const top = scratch('tiles-limit'), density = path.join(root, 'examples/data/case_density.tif');

/** An empty folder of this test's own. */
const folder = (name) => fs.mkdtempSync(path.join(top, `${name}-`));

/** Points enough that their tiles take a while. */
function points() {
  const file = path.join(top, 'points.csv');
  if (fs.existsSync(file)) return file;
  let seed = 5;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  fs.writeFileSync(file, ['id,lon,lat', ...Array.from({ length: 120_000 }, (_, i) => `${i},${(107.3 + random() * 0.7).toFixed(5)},${(34.5 + random() * 0.5).toFixed(5)}`)].join('\n') + '\n');
  return file;
}

const small = [path.join(root, 'examples/data/villages.geojson'), '--max-zoom', '9'], large = () => [points(), '--crs', 'EPSG:4490', '--max-zoom', '13'];
const picture = (last) => [density, '--palette', 'oranges', '--breaks', '1,2,5,10', '--min-zoom', '8', '--max-zoom', last];
const containers = {
  'a.pmtiles': [small, large], 'a.mbtiles': [small, large], 'a.gpkg': [picture('10'), () => picture('17')],
};
const state = (dir) => JSON.stringify(digests(dir));

/** The run fails as one does whose disk is full: exit 5, one line, the old output as it was, nothing beside it. */
function fails(r, dir, before, what) {
  assert.equal(r.status, 5, `${what}: ${r.status} ${r.stderr}`);
  assert.match(r.stderr, /^[^\n]*cannot be written[^\n]*\n$/, what);
  assert.equal(state(dir), before, `${what}: ${fs.readdirSync(dir)}`);
}

for (const [name, [old, fresh]] of Object.entries(containers)) {
  test(`files may not grow beyond a limit while it writes ${name}: one line, the old one whole`, { skip: missing || (spawnSync('bash', ['-c', 'ulimit -f 100']).status !== 0 ? 'no bash' : false), timeout: 120_000 }, () => {
    const dir = folder('limit'), out = path.join(dir, name);
    ok('tiles', ...old, '-o', out);
    const before = state(dir);
    for (const blocks of name.endsWith('gpkg') ? [4, 100] : [4, 300, 1000]) {
      const r = spawnSync('bash', ['-c', `ulimit -f ${blocks}; trap '' XFSZ; exec "$0" "$@"`, gapmap, 'tiles', ...fresh(), '-o', out, '--progress', 'never'], { encoding: 'utf8', timeout: 100_000 });
      fails(r, dir, before, `${blocks} KiB`);
    }
    ok('tiles', ...fresh(), '-o', out);
  });
}

test('work that comes to need more memory than --memory allows ends with one line that says how much, and writes nothing', { skip: missing }, () => {
  const dir = folder('memory');
  const r = run('tiles', points(), '--crs', 'EPSG:4490', '--max-zoom', '13', '--memory', '10', '-o', path.join(dir, 'a.pmtiles'));
  assert.equal(r.status, 2);
  assert.match(r.stderr, /^gapmap: --memory 10: \d+ MB are needed already \([^\n]*\n$/);
  assert.deepEqual(fs.readdirSync(dir), []);
});

test('a picture within a bound on memory, most of whose tiles wait in a temporary file, is the same byte for byte', { skip: missing }, () => {
  const dir = folder('spilled'), [bound, free] = ['bound.pmtiles', 'free.pmtiles'].map((name) => path.join(dir, name));
  ok('tiles', ...picture('16'), '-o', free);
  ok('tiles', ...picture('16'), '-o', bound, '--memory', '300');
  assert.ok(fs.readFileSync(bound).equals(fs.readFileSync(free)));
});
