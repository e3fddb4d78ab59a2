// Office files through the program, as a clerk sends them.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { demoCounty, gapmap, ok, run, scratch } from './lib.mjs';

const header = '编号,名称,类型,经度,纬度,启用日期\n';
const row = (code) => `${code},甲,宣传墙,107.79,34.68,2022-01-05\n`;

/** A demo county with one more source, and what an import says of it. */
function withFile(name, bytes, toml = 'crs = "EPSG:4490"') {
  const dir = demoCounty('office');
  const file = path.join(dir, 'ledgers', name.split('.zip/')[0] + (name.includes('.zip/') ? '.zip' : ''));
  fs.writeFileSync(file, bytes);
  fs.appendFileSync(path.join(dir, 'county.toml'), `\n[[source]]\nledger = "sites"\npath = "ledgers/${name}"\n${toml}\n`);
  return dir;
}
const imported = (dir, name) => JSON.parse(ok('import', '-p', dir, '--json')).sources.find((s) => s.path === `ledgers/${name}`);
const refused = (dir) => { const r = run('import', '-p', dir); assert.equal(r.status, 3, r.stderr); assert.equal(r.stderr.trim().split('\n').length, 1, r.stderr); return r.stderr; };

test('an HTML table called .xls is read, and its sum is a check', () => {
  const cells = (line) => `<tr>${line.trim().split(',').map((c) => `<td>${c}</td>`).join('')}</tr>`;
  const html = `<html><head><meta charset="utf-8"></head><body><table>${cells(header)}${cells(row('S-X1'))}${cells(row('S-X2'))}${cells('合计,,,,,')}</table></body></html>`;
  const source = imported(withFile('页面.xls', html), '页面.xls');
  assert.deepEqual([source.rows_read, source.accepted, source.held_back], [3, 2, 1]);
  assert.equal(source.encoding, 'HTML UTF-8');
});

test('what is not a table is refused by what it is', () => {
  assert.match(refused(withFile('~$阵地.xlsx', 'user')), /close the workbook/);
  assert.match(refused(withFile('阵地.et', 'x')), /\.et.*save it as \.xlsx/);
});

test('the header again, signatures and blank lines are no rows; a slipped line is held back', () => {
  const text = header + row('S-X1') + '\n' + header + row('S-X2') + row('S-X3').replace('甲', '甲,乙') + '填表人：,,,,,\n';
  const source = imported(withFile('分页.csv', text), '分页.csv');
  assert.deepEqual([source.rows_read, source.accepted, source.held_back], [3, 2, 1]);
});

test('UTF-16 without a mark, and old workbooks, are read', () => {
  const text = imported(withFile('无标记.txt', Buffer.from((header + row('S-X1')).replaceAll(',', '\t'), 'utf16le')), '无标记.txt');
  assert.deepEqual([text.encoding, text.accepted], ['UTF-16LE', 1]);
  const xls = fs.readFileSync(new URL('../fixtures/office/sites.xls', import.meta.url));
  const old = imported(withFile('旧表.xls', xls), '旧表.xls');
  assert.deepEqual([old.encoding, old.rows_read], ['XLS', 4]);
});

test('--explain says how a file would be read, masks personal values, and stores nothing', () => {
  const dir = demoCounty('explain');
  const file = path.join(dir, 'ledgers', '发案台账.xlsx');
  const told = JSON.parse(ok('import', '-p', dir, '--explain', file, '--json'));
  assert.equal(told.ledger, 'cases');
  assert.equal(told.ledger_chosen_by, 'county.toml');
  const [sheet] = told.sheets;
  assert.equal(sheet.rows_read, sheet.accepted + sheet.repaired + sheet.held_back);
  assert.equal(sheet.columns.find((c) => c.field === 'loss_yuan').scale, 10000);
  assert.equal(sheet.first_rows.length, 5);
  assert.ok(sheet.first_rows.every((r) => r.case_code === '***'));
  assert.ok(!fs.existsSync(path.join(dir, 'county.sqlite')));
  const shown = JSON.parse(ok('import', '-p', dir, '--explain', file, '--show-personal', '--json'));
  assert.ok(shown.sheets[0].first_rows.every((r) => r.case_code !== '***'));
});

test('--explain without a project finds the ledger, and says in both languages what an import would refuse', () => {
  const dir = scratch('plain');
  const file = path.join(dir, 'x.csv');
  fs.writeFileSync(file, header + row('S-X1'));
  assert.match(ok('import', '-p', dir, '--explain', file, '--lang', 'en'), /ledger: sites .*best match[\s\S]*missing: declare it[\s\S]*would refuse it/);
  assert.match(ok('import', '-p', dir, '--explain', file, '--lang', 'zh'), /按表头最相近者选取[\s\S]*缺少[\s\S]*会被拒绝/);
  assert.equal(run('import', '--ledger', 'sites').status, 2);
  fs.writeFileSync(file, '甲,乙\n1,2\n');
  assert.equal(run('import', '-p', dir, '--explain', file).status, 3);
});

test('status reads a project in a folder that may not be written, and leaves nothing in it', () => {
  const dir = demoCounty('frozen');
  ok('import', '-p', dir);
  const before = fs.readdirSync(dir);
  fs.chmodSync(path.dirname(dir), 0o755);
  fs.chmodSync(path.join(dir, 'county.sqlite'), 0o444);
  fs.chmodSync(dir, 0o555);
  const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};  // root may write everywhere
  const status = spawnSync(gapmap, ['status', '-p', dir, '--json'], { ...nobody, encoding: 'utf8' });
  fs.chmodSync(dir, 0o755);
  assert.equal(status.status, 0, status.stderr);
  assert.equal(JSON.parse(status.stdout).layers.towns, 7);
  assert.deepEqual(fs.readdirSync(dir), before);
});

test('a summary offered as a list of visits is refused in one line that says so', () => {
  const dir = demoCounty('summary');
  fs.writeFileSync(path.join(dir, 'ledgers', '进度.csv'), '日期,村,走访户数,告知户数\n2022-08-03,栗川村,30,20\n');
  fs.appendFileSync(path.join(dir, 'county.toml'), '\n[[source]]\nledger = "visits"\nlist = "visited"\npath = "ledgers/进度.csv"\n');
  assert.match(refused(dir), /is a summary.*走访户数, 告知户数/);
});
