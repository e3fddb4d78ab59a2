// kill -9 at any moment, and a disk that is full half-way: the output is the old one whole, the new one whole, or absent; a later run mends all and leaves no litter.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { digests, gapmap, killAfter, ok, root, run, scratch } from './lib.mjs';

const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : false;
const top = scratch('tiles-kill'), density = path.join(root, 'examples/data/case_density.tif');

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
  'a.pmtiles': [small, large], 'a.mbtiles': [small, large], 'a.gpkg': [picture('10'), () => picture('17')], folder: [small, large],
};
const state = (dir) => JSON.stringify(digests(dir));
/** Moments over the whole of a run that takes `ms`, always the same. */
const moments = (ms) => [0.05, 0.18, 0.31, 0.44, 0.57, 0.7, 0.8, 0.88, 0.94, 0.98].map((part) => Math.round(part * ms));

for (const [name, [old, fresh]] of Object.entries(containers)) {
  test(`killed while it writes ${name}: the old one whole or the new one whole, no litter after the next run`, { skip: missing, timeout: 300_000 }, async () => {
    const dir = folder('kill'), out = path.join(dir, name);
    ok('tiles', ...old, '-o', out);
    const before = state(dir);
    const start = Date.now();
    ok('tiles', ...fresh(), '-o', out);
    const took = Date.now() - start, whole = state(dir), listed = fs.readdirSync(dir);
    assert.deepEqual(listed, [name], 'nothing else stands beside it');
    assert.notEqual(whole, before);
    let killed = 0;
    const output = () => (fs.statSync(out).isDirectory() ? state(out) : fs.readFileSync(out).toString('latin1'));
    const is = {};
    is.fresh = output();
    ok('tiles', ...old, '-o', out);
    is.old = output();
    for (const ms of moments(took)) {
      killed += (await killAfter(ms, 'tiles', ...fresh(), '-o', out)) ? 1 : 0;
      assert.ok(fs.existsSync(out), `gone after ${ms} ms`);
      const now = output();
      assert.ok(now === is.old || now === is.fresh, `torn after ${ms} ms`);
      ok('tiles', ...old, '-o', out);
      assert.equal(state(dir), before, `litter after ${ms} ms: ${fs.readdirSync(dir)}`);
    }
    assert.ok(killed >= 5, `only ${killed} of 10 were still running`);
  });

  test(`killed while it writes ${name} for the first time: absent or whole`, { skip: missing, timeout: 300_000 }, async () => {
    const dir = folder('first'), out = path.join(dir, name);
    const start = Date.now();
    ok('tiles', ...fresh(), '-o', out);
    const took = Date.now() - start, whole = state(dir);
    for (const ms of [0.2, 0.6, 0.85, 0.95].map((part) => Math.round(part * took))) {
      fs.rmSync(out, { recursive: true });
      await killAfter(ms, 'tiles', ...fresh(), '-o', out);
      if (fs.existsSync(out)) {
        const only = Object.fromEntries(Object.entries(digests(dir)).filter(([file]) => file === name || file.startsWith(`${name}/`)));
        assert.equal(JSON.stringify(only), whole, `torn after ${ms} ms`);
      }
      ok('tiles', ...fresh(), '-o', out);
      assert.equal(state(dir), whole, `after ${ms} ms`);
    }
  });
}

test('killed while it writes a new version of a folder: the old week stands, the metadata name a week that is whole', { skip: missing, timeout: 300_000 }, async () => {
  const dir = folder('version'), out = path.join(dir, 'weekly');
  const week = (n, args) => ['tiles', ...args, '-o', out, '--version-path', `2022-W${n}`];
  ok(...week(35, small));
  const first = state(path.join(out, '2022-W35'));
  const start = Date.now();
  ok(...week(36, large()));
  const took = Date.now() - start, whole = state(path.join(out, '2022-W36'));
  let killed = 0, n = 37;
  for (const ms of moments(took)) {
    killed += (await killAfter(ms, ...week(n, large()))) ? 1 : 0;
    assert.equal(state(path.join(out, '2022-W35')), first);
    const there = path.join(out, `2022-W${n}`), named = JSON.parse(fs.readFileSync(path.join(out, 'tileset.json'), 'utf8')).links.find((l) => l.rel === 'item').href.match(/2022-W(\d+)/)[1];
    if (fs.existsSync(there)) assert.equal(state(there), whole, `a torn version after ${ms} ms`);
    assert.equal(state(path.join(out, `2022-W${named}`)), whole, `the metadata name W${named} after ${ms} ms`);
    if (!fs.existsSync(there)) ok(...week(n, large()));
    const others = fs.readdirSync(out).filter((name) => !/^(2022-W\d\d|tileMatrixSet\.json|tileset\.json|tiles\.json|WMTSCapabilities\.xml)$/.test(name));
    assert.deepEqual([...others, ...fs.readdirSync(dir).filter((name) => name !== 'weekly')], [], `litter after ${ms} ms`);
    ++n;
  }
  assert.ok(killed >= 5, `only ${killed} of 10 were still running`);
});

/** The run fails as a run does whose disk is full: exit 5, one line, the old output as it was, nothing beside it. */
function fails(r, dir, before, what) {
  assert.equal(r.status, 5, `${what}: ${r.status} ${r.stderr}`);
  assert.match(r.stderr, /^[^\n]*cannot be written[^\n]*\n$/, what);
  assert.equal(state(dir), before, `${what}: ${fs.readdirSync(dir)}`);
}

for (const [name, [old, fresh]] of Object.entries(containers).filter(([name]) => name !== 'folder')) {
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

const full = path.join(folder('full'), 'disk');
fs.mkdirSync(full);
const mounted = !missing && process.getuid() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', full]).status === 0;
after(() => { if (mounted) spawnSync('umount', [full]); });

for (const [name, [old, fresh]] of Object.entries(containers)) {
  test(`a disk that is full half-way through ${name}: one line, the old one whole, a smaller run succeeds after`, { skip: missing || (!mounted ? 'a small file system cannot be mounted here' : false), timeout: 120_000 }, () => {
    for (const entry of fs.readdirSync(full)) fs.rmSync(path.join(full, entry), { recursive: true });
    const out = path.join(full, name);
    ok('tiles', ...old, '-o', out);
    if (name === 'a.gpkg') fs.writeFileSync(path.join(full, 'other'), Buffer.alloc((2 << 20) - 4096 * 60));
    const before = state(full);
    fails(run('tiles', ...fresh(), '-o', out), full, before, name);
    ok('tiles', ...old, '-o', out);
    assert.equal(state(full), before);
  });
}
