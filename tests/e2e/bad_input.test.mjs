// Bad input of each kind: one clear line, the right exit code, and the store and the last outputs as they were.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { demoCounty, digests, editToml, gapmap, ok, run, scratch } from './lib.mjs';

/** What the store says and what is published, before and after. */
function state(dir) {
  return { status: ok('status', '-p', dir, '--json'), out: digests(path.join(dir, 'out')) };
}

function breaks(name, breakIt, { exit, says, mend }) {
  test(name, () => {
    const dir = demoCounty('bad', { withRun: true });
    const before = state(dir);
    const toml = fs.readFileSync(path.join(dir, 'county.toml'));
    breakIt(dir);
    const r = run('run', '-p', dir);
    assert.equal(r.status, exit, r.stderr);
    assert.match(r.stderr, says);
    assert.equal(r.stderr.trim().split('\n').length, 1, `one line, not: ${r.stderr}`);
    fs.writeFileSync(path.join(dir, 'county.toml'), toml);
    if (mend) mend(dir);
    assert.deepEqual(state(dir), before);
  });
}

const ledger = (dir, name) => path.join(dir, 'ledgers', name);

breaks('a missing file is named', (dir) => fs.renameSync(ledger(dir, '户册.csv'), ledger(dir, 'x')), { exit: 3, says: /户册\.csv.*no such file/ });

breaks('a wrong sheet is answered with the sheets there are',
  (dir) => editToml(dir, (t) => t.replace(/sheet *= *"国家反诈中心"/, 'sheet = "没有这张表"')), { exit: 3, says: /没有这张表.*国家反诈中心/ });

breaks('coordinates without a declared system are refused with a hint',
  (dir) => editToml(dir, (t) => t.replace(/crs *= *"GCJ02".*\n/, '\n')), { exit: 3, says: /宣传阵地\.csv.*crs = / });

breaks('two headers that match one field are both named',
  (dir) => {
    const file = ledger(dir, '宣传阵地.csv');
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    const columns = lines[0].trim().split(',');
    const twice = lines.map((line, i) => (line.trim() === '' ? line : `${line.replace(/\r$/, '')},${i === 0 ? columns[0] : 'x'}`));
    fs.writeFileSync(file, twice.join('\n'));
  }, { exit: 3, says: /both match the field site_code/ });

breaks('a corrupted workbook is named',
  (dir) => { const file = ledger(dir, '发案台账.xlsx'); const bytes = fs.readFileSync(file); fs.writeFileSync(file, bytes.subarray(0, bytes.length / 2)); },
  { exit: 3, says: /发案台账\.xlsx.*(damaged|not a workbook)/ });

breaks('an unknown key of county.toml is refused, not ignored',
  (dir) => editToml(dir, (t) => t.replace('half_life_days', 'half_live_days')), { exit: 3, says: /county\.toml row \d+.*half_live_days/ });

breaks('the same sheet named twice is refused, since it would supersede itself',
  (dir) => editToml(dir, (t) => { const at = t.lastIndexOf('[[source]]'); return `${t}\n${t.slice(at)}`; }), { exit: 3, says: /twice for the ledger/ });

breaks('a county without its day is refused, not taken for 1970',
  (dir) => editToml(dir, (t) => t.replace(/^as_of.*\n/m, '')), { exit: 3, says: /county\.as_of.*missing/ });

breaks('a file whose columns slipped is refused as a whole, and the good batch stays',
  (dir) => {
    const file = ledger(dir, '户册.csv');
    const [header, ...rows] = fs.readFileSync(file, 'utf8').split('\n');
    fs.writeFileSync(file, [header, ...rows.map((row) => (row.trim() === '' ? row : `x,${row}`))].join('\n'));
  }, { exit: 3, says: /户册\.csv.*rows would be held back/ });

// --- county.toml: each wrong value in one line with its row and field
for (const [what, from, to, says] of [
  ['a language that is none', /lang( *)= *"zh"/, 'lang = "fr"', /county\.toml row \d+, field 'county\.lang': expected zh or en/],
  ['a division code of five digits', /code( *)= *"610329"/, 'code = "61032"', /row \d+, field 'county\.code': expected the division code.*six digits/],
  ['half a person', /min_people( *)= *50/, 'min_people = 50.5', /row \d+, field 'policy\.min_people': expected a whole number/],
  ['half a household', /min_households( *)= *20/, 'min_households = 20.5', /field 'policy\.min_households': expected a whole number/],
  ['half a case', /withhold_below( *)= *3/, 'withhold_below = 3.5', /field 'policy\.withhold_below': expected a whole number/],
  ['a projection of nowhere', /"EPSG:4545"/, '"EPSG:1"', /row \d+, field 'county\.metric_crs': 'EPSG:1' is not/],
  ['a projection of another country', /"EPSG:4545"/, '"EPSG:2056"', /field 'county\.metric_crs': EPSG:2056 does not measure this county.*use EPSG:4545/],
  ['a map projection that stretches', /"EPSG:4545"/, '"EPSG:3857"', /does not measure this county.*wrong by 2\d\.\d %/],
  ['a system of a source that is none', /crs( *)= *"GCJ02"/, 'crs = "EPSG:1"', /row \d+, field 'source\.crs': 'EPSG:1' is not/],
  ['a ledger that is none', /ledger( *)= *"sites"/, 'ledger = "site"', /county\.toml row \d+, field 'source\.ledger': .*there is no ledger 'site'/],
  ['a sheet of a text file', /(path *= *"ledgers\/户册\.csv")/, '$1\nsheet = "a"', /row \d+, field 'source\.sheet': .*is a text file/],
]) breaks(`${what} is refused`, (dir) => editToml(dir, (t) => t.replace(from, to)), { exit: 3, says });

// --- what stands where the outputs belong
test('a file, a link or a folder of somebody else named out is refused and left alone, and so is the store', () => {
  for (const [put, check] of [
    [(out) => fs.writeFileSync(out, 'mine'), (out) => assert.equal(fs.readFileSync(out, 'utf8'), 'mine')],
    [(out) => fs.symlinkSync('elsewhere', out), (out) => assert.equal(fs.readlinkSync(out), 'elsewhere')],
    [(out) => { fs.mkdirSync(out); fs.writeFileSync(path.join(out, 'mine'), 'mine'); }, (out) => assert.deepEqual(fs.readdirSync(out), ['mine'])],
  ]) {
    const dir = demoCounty('out');
    const before = fs.readdirSync(dir);
    put(path.join(dir, 'out'));
    const r = run('run', '-p', dir);
    assert.equal(r.status, 5, r.stderr);
    assert.match(r.stderr, /^gapmap: .*out: .*move it away\n$/);
    check(path.join(dir, 'out'));
    assert.deepEqual(fs.readdirSync(dir), [...before, 'out'].sort(), 'nothing else was made');
  }
});

breaks('a file named reports is refused before the store changes',
  (dir) => { fs.rmSync(path.join(dir, 'reports'), { recursive: true }); fs.writeFileSync(path.join(dir, 'reports'), 'mine'); fs.appendFileSync(ledger(dir, '宣传阵地.csv'), '\n'); },
  { exit: 5, says: /reports: is not a folder/ });

// --- two at once
test('while one works the next waits, then says so in one line; status needs no lock, and a dead holder holds nothing', async (t) => {
  if (spawnSync('flock', ['--version']).status !== 0) return t.skip('no flock here');
  const dir = demoCounty('lock', { withRun: true });
  const before = state(dir);
  const holder = spawn('flock', ['--no-fork', path.join(dir, 'county.sqlite.lock'), 'sleep', '60'], { stdio: 'ignore' });
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const r = run('run', '-p', dir);
  assert.equal(r.status, 4, r.stderr);
  assert.match(r.stderr, /^gapmap: .*county\.sqlite: another import or run is at work in this project \(waited 10 s\).*\n$/);
  assert.deepEqual(state(dir), before);
  holder.kill('SIGKILL');
  await new Promise((resolve) => { holder.on('exit', resolve); });
  ok('import', '-p', dir);
});

test('two runs at once both end well, and leave what one leaves', async () => {
  const dir = demoCounty('two');
  const runs = [1, 2].map(() => new Promise((resolve) => {
    const child = spawn(gapmap, ['run', '-p', dir, '--progress', 'never'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text) => { stderr += text; });
    child.on('exit', (status) => resolve([status, stderr]));
  }));
  for (const [status, stderr] of await Promise.all(runs)) {
    assert.ok(status === 0 || (status === 4 && /^gapmap: .*another import or run[^\n]*\n$/.test(stderr)), stderr);
  }
  const alone = demoCounty('alone');
  ok('run', '-p', alone);
  assert.deepEqual(digests(path.join(dir, 'out')), digests(path.join(alone, 'out')));
  assert.deepEqual(fs.readdirSync(dir).filter((name) => name.startsWith('.out')), []);
});

test('a county that has no grids and no buildings yet still runs', () => {
  const dir = demoCounty('towns');
  editToml(dir, (t) => t.split('[[source]]').filter((part) => !/level *= *"(grid|building)"/.test(part))
    .map((part) => part.replace(/(path *= *"ledgers\/(户册|走访清单|告知清单|承诺清单)[^\n]*)/, '$1\nmax_held_share = 1')).join('[[source]]'));
  ok('run', '-p', dir);
  const summary = JSON.parse(fs.readFileSync(path.join(dir, 'out/summary.json'), 'utf8'));
  assert.equal(summary.layers.grids, 0);
  assert.equal(summary.gaps.village.length, 70);
  assert.deepEqual(summary.gaps.grid, []);
});

test('what was deleted from one file comes free in the next: the store does not depend on its history', () => {
  const dir = demoCounty('history');
  const row = 'S-A,甲,宣传墙,107.79,34.68,2022-01-05\n';
  const header = '编号,名称,类型,经度,纬度,启用日期\n';
  for (const name of ['a.csv', 'b.csv']) fs.writeFileSync(ledger(dir, name), header + row);
  fs.appendFileSync(path.join(dir, 'county.toml'), ['a', 'b'].map((n) => `\n[[source]]\nledger = "sites"\npath = "ledgers/${n}.csv"\ncrs = "EPSG:4490"\n`).join(''));
  ok('import', '-p', dir);
  fs.writeFileSync(ledger(dir, 'a.csv'), header);
  const after = JSON.parse(ok('import', '-p', dir, '--json'));
  const b = after.sources.find((source) => source.path === 'ledgers/b.csv');
  assert.deepEqual([b.accepted, b.held_back], [1, 0]);
});

breaks('a file that is no store is refused and left alone',
  (dir) => { fs.renameSync(path.join(dir, 'county.sqlite'), path.join(dir, 'kept')); fs.writeFileSync(path.join(dir, 'county.sqlite'), 'not a database at all, but long enough to be read as one'.repeat(40)); },
  {
    exit: 4, says: /county\.sqlite/,
    mend: (dir) => { for (const tail of ['-wal', '-shm']) fs.rmSync(path.join(dir, `county.sqlite${tail}`), { force: true }); fs.renameSync(path.join(dir, 'kept'), path.join(dir, 'county.sqlite')); },
  });

test('an unknown unit code holds its row back and names the code, and the run goes on', () => {
  const dir = demoCounty('code');
  const file = ledger(dir, '宣传活动.xlsx');
  assert.ok(fs.existsSync(file));
  const r = run('import', '-p', dir, '--lang', 'en');
  assert.equal(r.status, 0);
  assert.match(r.stdout, /there is no unit with the code '610329109999'/);
});

test('usage errors end with 2, and --json prints the error as an object', () => {
  assert.equal(run('run', '--no-such-option').status, 2);
  assert.equal(run('nonsense').status, 2);
  const dir = scratch('empty');
  const r = run('run', '-p', dir, '--json');
  assert.equal(r.status, 3);
  assert.equal(JSON.parse(r.stderr).error.kind, 'input');
  const day = run('run', '-p', demoCounty('day'), '--as-of', '2022-02-30');
  assert.equal(day.status, 2);
});

test('a full disk for the outputs leaves the last outputs and the store', (t) => {
  const mount = scratch('disk');
  if (process.getuid() !== 0 || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', mount]).status !== 0) return t.skip('cannot mount a small disk here');
  try {
    const dir = path.join(mount, 'county');
    fs.cpSync(demoCounty('full', { withRun: true }), dir, { recursive: true });
    const before = state(dir);
    const free = fs.statfsSync(mount);
    const filler = Buffer.alloc(free.bavail * free.bsize - 700 * 1024);
    fs.writeFileSync(path.join(mount, 'filler'), filler);
    const r = run('run', '-p', dir, '--as-of', '2022-08-28');
    assert.equal(r.status, 5, r.stderr);
    assert.match(r.stderr, /No space left on device|disk/i);
    assert.equal(r.stderr.trim().split('\n').length, 1, r.stderr);
    fs.rmSync(path.join(mount, 'filler'));
    assert.deepEqual(state(dir), before);
  } finally {
    spawnSync('umount', [mount]);
  }
});

test("another county's project file is refused by its code, and the outputs stay", () => {
  const dir = demoCounty('code', { withRun: true });
  const before = digests(path.join(dir, 'out'));
  editToml(dir, (t) => t.replace(/code *= *"610329"/, 'code = "610330"'));
  const r = run('run', '-p', dir);
  assert.equal(r.status, 3);
  assert.match(r.stderr, /county\.code.*610330/);
  assert.deepEqual(digests(path.join(dir, 'out')), before);
});
