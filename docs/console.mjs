// The console blocks of the manual are run, not believed: a fenced block whose first line starts with "$ " holds commands and what they print
// to standard output. A line "..." stands for any lines. The blocks of one page share a folder, where examples/ and docs/ can be read.
//   GAPMAP=build/release/gapmap node docs/console.mjs [--update] PAGE.md...
// Without --update a difference ends with 1; with it, the block is written anew (what follows a "..." is kept).
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const update = process.argv.includes('--update');
const pages = process.argv.slice(2).filter((a) => a !== '--update');
const gapmap = path.resolve(process.env.GAPMAP ?? path.join(root, 'build/release/gapmap'));
if (!fs.existsSync(gapmap)) throw new Error('GAPMAP must name the program');

/** The block's lines as steps: a command and the lines expected of it. */
function steps_of(lines) {
  const steps = [];
  for (const line of lines) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), source: [line], expected: [] });
    else if (last && last.expected.length === 0 && last.command.endsWith('\\')) {
      last.command = last.command.slice(0, -1) + line.trim();
      last.source.push(line);
    } else last.expected.push(line);
  }
  return steps;
}

/** Whether `printed` is `expected`, "..." standing for any number of lines. */
function matches(expected, printed) {
  if (expected.length === 0) return printed.length === 0;
  if (expected[0] !== '...') return printed.length > 0 && printed[0] === expected[0] && matches(expected.slice(1), printed.slice(1));
  for (let skip = 0; skip <= printed.length; ++skip) if (matches(expected.slice(1), printed.slice(skip))) return true;
  return false;
}

function renewed(expected, printed) {
  const gap = expected.indexOf('...');
  return gap < 0 ? printed : [...printed.slice(0, gap), ...expected.slice(gap)];
}

function run_page(page) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gapmap-console-'));
  fs.mkdirSync(path.join(folder, '.bin'));
  fs.symlinkSync(gapmap, path.join(folder, '.bin/gapmap'));
  for (const shared of ['examples', 'docs']) fs.symlinkSync(path.join(root, shared), path.join(folder, shared));
  const env = { ...process.env, PATH: `${folder}/.bin:${process.env.PATH}`, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  const text = fs.readFileSync(page, 'utf8');
  let blocks = 0;
  const differences = [];
  const out = text.replace(/^```\n(\$ [\s\S]*?)\n```$/gm, (whole, body) => {
    ++blocks;
    const lines = steps_of(body.split('\n')).flatMap((step) => {
      const done = spawnSync('bash', ['-c', step.command], { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 26 });
      const printed = done.stdout.split('\n');
      if (printed.at(-1) === '') printed.pop();
      if (matches(step.expected, printed)) return [...step.source, ...step.expected];
      differences.push(`${path.relative(root, page)}: $ ${step.command}\n  expected:\n${step.expected.map((l) => `    ${l}`).join('\n')}\n  printed:\n${printed.slice(0, 40).map((l) => `    ${l}`).join('\n')}`);
      return [...step.source, ...renewed(step.expected, printed)];
    });
    return '```\n' + lines.join('\n') + '\n```';
  });
  fs.rmSync(folder, { recursive: true, force: true });
  if (update && out !== text) fs.writeFileSync(page, out);
  return { blocks, differences };
}

let failed = false;
for (const page of pages) {
  const { blocks, differences } = run_page(path.resolve(page));
  console.log(`${page}: ${blocks} console blocks, ${differences.length} ${update ? 'written anew' : 'that differ'}`);
  for (const difference of differences) console.error(difference);
  failed ||= differences.length > 0;
}
process.exitCode = failed && !update ? 1 : 0;
