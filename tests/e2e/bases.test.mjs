// The ledger of denominators, divisions on the command line, and app registrations a household.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { demoCounty, json, ok, root, run, scratch } from './lib.mjs';

/** The example county with further ledgers: name, key lines of the source, rows of CSV. */
function ownCounty(ledgers) {
  const dir = path.join(scratch('bases'), 'county');
  fs.cpSync(path.join(root, 'examples/04_own_county'), dir, { recursive: true });
  for (const [name, keys, rows] of ledgers) {
    fs.writeFileSync(path.join(dir, 'ledgers', name), rows.map((row) => `${row.join(',')}\n`).join(''));
    fs.appendFileSync(path.join(dir, 'county.toml'), `\n[[source]]\npath = "ledgers/${name}"\n${keys}\nmax_held_share = 1\n`);
  }
  return dir;
}

const basesHeader = ['编号', '单元编码', '单元名称', '口径', '类别', 'APP名称', '数值', '统计日期', '来源'];
const basesOf = (rows) => ['bases.csv', 'ledger = "bases"', [basesHeader, ...rows]];
const figures = (dir, ...more) => JSON.parse(ok('bases', '-p', dir, '--json', ...more));
const divide = (dir, tally, base, ...more) => JSON.parse(ok('bases', '-p', dir, '--json', '--divide', tally, '--by', base, ...more));

function refuses(dir, says, ...args) {
  const r = run('bases', '-p', dir, '--lang', 'en', ...args);
  assert.equal(r.status, 3, r.stderr);
  assert.match(r.stderr, says);
  assert.equal(r.stderr.trim().split('\n').length, 1);
  assert.equal(r.stdout, '');
}

test('both figures of the announcement come from the ledger of bases, and each says what it stands on', () => {
  const dir = demoCounty('bases', { withRun: true });
  const target = divide(dir, 'installed 宝鸡反诈卫士', 'FM-03'), people = divide(dir, 'installed 宝鸡反诈卫士', 'FM-01');
  assert.deepEqual([target.numerator, target.base.count, target.base.kind, (100 * target.share).toFixed(2)], [44306, 43003, 'target', '103.03']);
  assert.deepEqual([people.numerator, people.base.count, people.base.kind, (100 * people.share).toFixed(1)], [44306, 73295, 'members', '60.4']);
  assert.match(target.explanation.en, /1,303 more than the target/);
  assert.match(target.sentence.en, /2022-03-01/);
  assert.equal(people.explanation, null);
  const { counting } = json(path.join(dir, 'out/summary.json'));
  assert.deepEqual(counting.divisions.filter((d) => d.base.startsWith('FM-') && d.numerator === 44306).map((d) => (100 * d.share).toFixed(2)), ['60.45', '103.03']);
});

test('over 100 % of what exists is a contradiction: said and not clipped', () => {
  const dir = ownCounty([basesOf([['B1', '', '', '户数', '', '', 10, '2022-06-01', '年报']])]);
  ok('import', '-p', dir);
  const d = divide(dir, 'visited', 'B1');
  assert.ok(d.numerator > 10);
  assert.equal(d.share, d.numerator / 10);
  assert.match(d.explanation.en, /a part cannot exceed the whole/);
});

test('what does not belong together is refused in one line: another unit, another population, a base of 0, a tally too small to be told', () => {
  const dir = ownCounty([basesOf([
    ['B1', '', '', '户数', '', '', 140, '2022-06-01', '年报'], ['B2', '', '', '60岁以上老人', '', '', 80, '2022-06-01', '年报'], ['B3', '', '', '登记户数', '', '', 0, '2022-06-01', '摸底'],
  ])]);
  ok('import', '-p', dir);
  refuses(dir, /of unit 990001100200, .* of unit 990001/, '--divide', 'visited', '--by', 'B1', '--unit', '990001100200');
  refuses(dir, /of unit 990001, .* of unit 990001100200/, '--divide', 'visited', '--by', 'households', '--base-unit', '990001100200');
  refuses(dir, /not declared a part of "60岁以上老人"/, '--divide', 'visited', '--by', 'B2');
  refuses(dir, /not declared a part of/, '--divide', 'visited', '--by', 'people');
  refuses(dir, /is 0, so the share is undefined/, '--divide', 'visited', '--by', 'B3');
  assert.equal(divide(dir, 'visited', 'households', '--unit', '990001100200').base.unit, '990001100200');
  for (const args of [['--divide', 'visited'], ['--divide', 'visitd', '--by', 'B1'], ['--divide', 'visited', '--by', 'B9'], ['--base-unit', '990001'], ['--as-of', 'today']]) {
    assert.equal(run('bases', '-p', dir, ...args).status, 2, args.join(' '));
  }
  const cases = path.join(dir, 'ledgers/cases.csv');
  fs.writeFileSync(cases, fs.readFileSync(cases, 'utf8').split('\n').slice(0, 3).join('\n') + '\n');
  ok('import', '-p', dir);
  refuses(dir, /withheld/, '--divide', 'cases', '--by', 'people');
  const told = figures(dir).tallies.find((t) => t.id === 'cases');
  assert.deepEqual([told.value, told.withheld], [null, true]);
});

test('a base is the county\'s by a blank, its code, its twelve digits or its name; others are units; words and gaps are held back', () => {
  const good = [['C1', '', '', '总人口', '', '', '"1,000"', '2022/6/1', '甲'], ['C2', '990001', '', '户籍人口', '现有', '', '９９９', '2022-06-01', '乙'], ['C3', '990001000000', '', '常住人口', 'members', '', 998, '2022-06-01', '丙'],
    ['C4', '', '示例县', '总户数', '', '', 136, '2022-06-01', '甲'], ['T1', '', '', '任务数', '', '某APP', 90, '2022-06-01', '甲'], ['T2', '990001100200', '', '户数', '目标', '', 20, '2022-06-01', '甲']];
  const bad = [['X1', '990001109999', '', '户数', '', '', 5, '2022-06-01', '甲'], ['X2', '', '', '户数', '大概', '', 5, '2022-06-01', '甲'], ['X3', '', '', '户数', '', '', 5, '2022-06-01', ''],
    ['X4', '', '', '户数', '', '', 5, '', '甲'], ['X5', '', '', '任务数', '现有', '', 5, '2022-06-01', '甲'], ['C1', '', '', '总人口', '', '', 7, '2022-06-01', '甲'], ['X6', '', '没有的村', '户数', '', '', 5, '2022-06-01', '甲']];
  const dir = ownCounty([basesOf([...good, ...bad])]);
  const report = JSON.parse(ok('import', '-p', dir, '--json')).sources.find((s) => s.path === 'ledgers/bases.csv');
  assert.deepEqual([report.rows_read, report.held_back], [13, 7]);
  const bases = Object.fromEntries(figures(dir).bases.map((b) => [b.id, b]));
  assert.deepEqual(['C1', 'C2', 'C3', 'C4', 'T1', 'T2'].map((id) => [bases[id].unit, bases[id].population, bases[id].kind, bases[id].count]), [
    ['990001', 'people', 'members', 1000], ['990001', 'people', 'members', 999], ['990001', 'people', 'members', 998], ['990001', 'households', 'members', 136],
    ['990001', 'target 某APP', 'target', 90], ['990001100200', 'target households', 'target', 20]]);
  assert.equal(divide(dir, 'visited', 'T2', '--unit', '990001100200').base.kind, 'target');
});

test('later bases are not seen, and of one unit, population and source the newest holds', () => {
  const dir = ownCounty([basesOf([['Y1', '', '', '户数', '', '', 130, '2022-01-01', '年报'], ['Y2', '', '', '户数', '', '', 140, '2022-08-01', '年报'], ['Y3', '', '', '户数', '', '', 150, '2022-10-01', '年报'],
    ['Z1', '', '', '户数', '', '', 131, '2021-01-01', '普查']])]);
  ok('import', '-p', dir);
  const seen = (day) => figures(dir, '--as-of', day).bases.filter((b) => /^[YZ]\d$/.test(b.id)).map((b) => b.id);
  assert.deepEqual(seen('2022-09-04'), ['Y2', 'Z1']);
  assert.deepEqual(seen('2022-07-31'), ['Y1', 'Z1']);
  assert.deepEqual(seen('2022-10-01'), ['Y3', 'Z1']);
});

const households = fs.readFileSync(path.join(root, 'examples/04_own_county/ledgers/households.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.split(',').slice(0, 2));
const asOf = '2022-09-04';

/** Random rows of the visit lists and of the apps. */
function randomLedgers(seed) {
  let state = seed * 2654435761 % 4294967296;
  const below = (n) => { state = (state * 1664525 + 1013904223) % 4294967296; return Math.floor(state / 4294967296 * n); };
  const pick = (list) => list[below(list.length)];
  const household = () => households[below(households.length)][0];
  const lists = Object.fromEntries(['visited', 'informed', 'committed'].map((list) => [list, Array.from({ length: 90 }, (_, i) => [`${list}${i}`, pick(['2022-03-01', '2022-07-01', '2022-09-30']), household(), pick(['已见面', '不在家', '搬离', ''])])]));
  const apps = Array.from({ length: 150 }, () => [pick(['2022-02-06', '2022-06-05', '2022-10-02']), pick(['甲APP', '乙APP']), household(), pick(['是', '否', '']), pick(['是', '否', ''])]);
  return { lists, apps };
}

/** What each household has come to, worked out from the rows one household at a time. */
function bruteForce({ lists, apps }) {
  const furthest = new Map(households.map(([code]) => [code, 0])), counts = new Map();
  for (const [code] of households) {
    const claim = (stage) => furthest.set(code, Math.max(furthest.get(code), stage));
    Object.values(lists).forEach((rows, l) => {
      for (const [, day, whose, outcome] of rows.filter((r) => r[2] === code && r[1] <= asOf)) if (outcome !== '搬离') claim(outcome === '不在家' ? 1 : l + 2);
    });
    for (const app of ['甲APP', '乙APP']) {
      const said = apps.filter((r) => r[1] === app && r[2] === code && r[0] <= asOf && (r[3] || r[4]));
      const newest = said.filter((r) => r[0] === said.map((s) => s[0]).sort().at(-1));
      const real = newest.filter((r) => r[4] === '是').length, installed = newest.filter((r) => r[3] === '是' || r[4] === '是').length;
      if (installed) claim(5);
      if (real) claim(6);
      counts.set(`${app} ${code}`, [installed, real]);
    }
  }
  return { furthest, counts };
}

const sum = (list) => list.reduce((a, b) => a + b, 0);

test('with app rows a household the seven states sum to the households, no stage exceeds an earlier one, and all is as counted one household at a time', () => {
  for (const seed of [1, 2, 3]) {
    const ledgers = randomLedgers(seed);
    const dir = ownCounty([
      ...Object.entries(ledgers.lists).map(([list, rows]) => [`${list}.csv`, `ledger = "visits"\nlist = "${list}"`, [['记录编号', '走访日期', '户编号', '走访结果'], ...rows]]),
      ['apps.csv', 'ledger = "apps"', [['统计日期', 'APP名称', '户编号', '是否安装', '是否实名'], ...ledgers.apps]],
    ]);
    fs.writeFileSync(path.join(dir, 'county.toml'), fs.readFileSync(path.join(dir, 'county.toml'), 'utf8').replace(/\[\[source\]\]\nledger = "visits"\nlist {3}= "visited"\npath {3}= "ledgers\/visits.csv"\n/, ''));
    const imported = JSON.parse(ok('run', '-p', dir, '--json')).import;
    assert.equal(imported.apps.held_back, ledgers.apps.filter((r) => !r[3] && !r[4]).length);
    const { counting } = json(path.join(dir, 'out/summary.json'));
    const { furthest, counts } = bruteForce(ledgers);
    const check = (unit, mine) => {
      const states = Object.values(unit.state), reached = Object.values(unit.at_least_here);
      assert.deepEqual(states, [0, 1, 2, 3, 4, 5, 6].map((s) => mine.filter(([code]) => furthest.get(code) === s).length));
      assert.equal(sum(states), mine.length);
      for (let i = 1; i < reached.length; ++i) assert.ok(reached[i] <= reached[i - 1]);
      assert.equal(sum(Object.values(unit.placed)), mine.length);
    };
    assert.deepEqual(Object.keys(counting.county.state), ['enumerated', 'found', 'visited', 'informed', 'committed', 'installed', 'real_name']);
    check(counting.county, households);
    for (const unit of counting.village) check(unit, households.filter(([, v]) => v === unit.code));
    const tallies = figures(dir).tallies;
    for (const app of ['甲APP', '乙APP']) {
      for (const unit of counting.village) {
        const mine = households.filter(([, v]) => v === unit.code).map(([code]) => counts.get(`${app} ${code}`));
        const told = (id) => tallies.find((t) => t.id === `${id} ${app}` && t.unit === unit.code)?.value ?? 0;
        assert.deepEqual([told('installed'), told('real_name')], [sum(mine.map((m) => m[0])), sum(mine.map((m) => m[1]))]);
      }
    }
  }
});

test('where no row says it of a household a stage is null and not 0, and a later day does not count', () => {
  const header = ['统计日期', 'APP名称', '单元编码', '安装注册数', '户编号', '是否安装'];
  const stagesOf = (...rows) => {
    const dir = ownCounty([['apps.csv', 'ledger = "apps"', [header, ...rows]]]);
    ok('run', '-p', dir);
    const { state } = json(path.join(dir, 'out/summary.json')).counting.county;
    return { dir, stages: [state.installed, state.real_name], total: sum(Object.values(state)) };
  };
  const count = ['2022-08-01', '甲APP', '990001100200', 30, '', ''];
  assert.deepEqual(stagesOf(count).stages, [null, null]);
  assert.deepEqual(stagesOf(count, ['2022-10-01', '甲APP', '', '', 'H001', '是']).stages, [null, null]);
  const known = stagesOf(count, ['2022-08-01', '甲APP', '', '', 'H001', '是'], ['2022-08-01', '甲APP', '', '', 'H002', '否']);
  assert.deepEqual([...known.stages, known.total], [1, null, households.length]);
  const installed = (unit) => figures(known.dir).tallies.find((t) => t.id === 'installed 甲APP' && t.unit === unit).value;
  assert.equal(installed('990001100200'), 30, 'the village\'s own count holds the household already');
});

test('the households missing to 90 % are given for every unit', () => {
  const dir = demoCounty('units', { withRun: true });
  const { units } = figures(dir);
  assert.deepEqual(Object.fromEntries(['county', 'town', 'village', 'grid', 'building'].map((level) => [level, units.some((u) => u.level === level)])), { county: true, town: true, village: true, grid: true, building: true });
  for (const u of units) assert.equal(u.more_to_90, u.households === 0 ? null : Math.max(0, Math.ceil((9 * u.households) / 10) - u.visited), u.code);
  const rows = fs.readFileSync(path.join(dir, 'out/gaps.csv'), 'utf8').replace(/^\uFEFF/, '').trim().split(/\r?\n/).map((line) => line.split(','));
  const [code, more] = ['编码', '距90%还差户数'].map((name) => rows[0].indexOf(name));
  const byCode = new Map(rows.slice(1).map((row) => [row[code], row[more]]));
  for (const u of units.filter((one) => one.level !== 'county')) assert.equal(byCode.get(u.code), u.more_to_90 === null ? '' : String(u.more_to_90), u.code);
});

test('classes of placing sum to the households, and those of the cases are told only where each holds enough', () => {
  const dir = demoCounty('placed', { withRun: true });
  const { counting } = json(path.join(dir, 'out/summary.json'));
  assert.equal(sum(Object.values(counting.county.placed)), counting.county.visited.of);
  for (const unit of [...counting.town, ...counting.village, ...counting.grid]) assert.equal(sum(Object.values(unit.placed)), unit.visited.of, unit.code);
  const told = counting.county.cases_placed;
  if (told !== null) for (const n of Object.values(told)) assert.ok(n === 0 || n >= 3);
  const own = ownCounty([]);
  const placedCases = () => { ok('run', '-p', own); return json(path.join(own, 'out/summary.json')).counting.county.cases_placed; };
  assert.equal(sum(Object.values(placedCases())), 10);
  const file = path.join(own, 'ledgers/cases.csv');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/,[\d.]+,[\d.]+\n/, ',,\n'));  // one case loses its point
  assert.equal(placedCases(), null);
});

test('the household register keeps its own day, whatever day is asked for', () => {
  const dir = demoCounty('register-day');
  ok('import', '-p', dir);
  const told = ok('bases', '-p', dir, '--lang', 'en', '--as-of', '2021-01-01', '--divide', 'visited', '--by', 'households');
  assert.match(told, /household register, 2022-09-04\)/);
  assert.match(told, /611 days apart/);
});
