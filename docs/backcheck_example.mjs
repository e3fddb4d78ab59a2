// Plays the back-check of the demo county: writes an answer for each household of reports/backcheck.xlsx as a ledger, and names it in
// county.toml. Of ten households that were reported visited one says no, of those that were not one in twenty says yes.
//   node docs/backcheck_example.mjs COUNTY
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const dir = process.argv[2];
const rows = execFileSync('ogr2ogr', ['-f', 'CSV', '/vsistdout/', path.join(dir, 'reports/backcheck.xlsx'), '回访名单', '-oo', 'HEADERS=FORCE'], { encoding: 'utf8', maxBuffer: 1 << 26 })
  .trim().split('\n').slice(1).map((line) => line.split(',')[0].replaceAll('"', ''));
const visited = new Set(execFileSync('sqlite3', [path.join(dir, 'county.sqlite'),
  "SELECT household_code FROM visits JOIN import_batch USING (batch_id) WHERE list = 'visited' AND outcome IN ('已走访', '已见面')"], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n'));
const answers = rows.map((code, i) => `${code},2022-09-04,${(visited.has(code) ? i % 10 !== 0 : i % 20 === 0) ? '是' : '否'}`);
fs.writeFileSync(path.join(dir, 'ledgers/回访核查.csv'), `户编号,回访日期,是否走访过\n${answers.join('\n')}\n`);
fs.appendFileSync(path.join(dir, 'county.toml'), '\n[[source]]\nledger = "backchecks"\npath = "ledgers/回访核查.csv"\n');
