// Helpers of the end-to-end tests: they run the program as a person would and read what it wrote.
import { spawnSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const gapmap = process.env.GAPMAP;
if (!gapmap || !fs.existsSync(gapmap)) throw new Error('GAPMAP must name the program');

/** A folder that goes away when the test process ends. */
export function scratch(name) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `gapmap-${name}-`));
  process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Runs the program; returns status, stdout, stderr. */
export function run(...args) {
  const r = spawnSync(gapmap, [...args, '--progress', 'never'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status: r.status, stdout: r.stdout, stderr: r.stderr };
}

export function ok(...args) {
  const r = run(...args);
  if (r.status !== 0) throw new Error(`gapmap ${args.join(' ')} ended with ${r.status}: ${r.stderr}`);
  return r.stdout;
}

/** Starts the program and kills it without mercy after `ms`; true where it was still running. */
export function killAfter(ms, ...args) {
  return new Promise((resolve) => {
    const child = spawn(gapmap, [...args, '--progress', 'never'], { stdio: 'ignore' });
    let killed = false;
    const timer = setTimeout(() => { killed = child.kill('SIGKILL'); }, ms);
    child.on('exit', () => { clearTimeout(timer); resolve(killed); });
  });
}

/** SHA-256 of every file below `dir`, by path. */
export function digests(dir) {
  const all = {};
  const walk = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(full);
      else all[path.relative(dir, full)] = createHash('sha256').update(fs.readFileSync(full)).digest('hex');
    }
  };
  walk(dir);
  return all;
}

export const json = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** A demo county, made once a process and copied for each user. */
let made;
export function demoCounty(name, { withRun = false } = {}) {
  if (!made) {
    made = path.join(scratch('demo'), 'county');
    ok('demo', made);
    ok('run', '-p', made);
  }
  const dir = path.join(scratch(name), 'county');
  fs.cpSync(made, dir, { recursive: true });
  if (!withRun) {
    for (const gone of ['out', 'reports', 'county.sqlite', 'county.sqlite-wal', 'county.sqlite-shm', 'county.sqlite.lock']) fs.rmSync(path.join(dir, gone), { recursive: true, force: true });
  }
  return dir;
}

/** Changes county.toml by a function of its text. */
export function editToml(dir, change) {
  const file = path.join(dir, 'county.toml');
  const before = fs.readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error('the change of county.toml changed nothing');
  fs.writeFileSync(file, after);
}
