// What the oracle checks share: they ask the program as a person would and compare with published answers.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const gapmap = process.env.GAPMAP;
if (!gapmap || !fs.existsSync(gapmap)) throw new Error('GAPMAP must name the program');

/** Runs the program with --json and returns what it printed. */
export function ask(...args) {
  const r = spawnSync(gapmap, [...args.map(String), '--json', '--progress', 'never'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (r.status !== 0) throw new Error(`gapmap ${args.join(' ')} ended with ${r.status}: ${r.stderr}`);
  return JSON.parse(r.stdout);
}

export const json = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** Rows of a CSV file without quoted line ends, as objects of texts. */
export function csv(file) {
  const cells = (line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map((m) => m[1].replace(/^"|"$/g, '').replaceAll('""', '"'));
  const lines = fs.readFileSync(file, 'utf8').replace(/^\ufeff/, '').split(/\r?\n/).filter((line) => line !== '');
  const header = cells(lines[0]);
  return lines.slice(1).map((line) => Object.fromEntries(cells(line).map((cell, i) => [header[i], cell])));
}

/** Collects what differs, so that one run shows all of it. */
export class Findings {
  constructor(folder) { this.folder = folder; this.checks = 0; this.failures = []; }
  #note(good, what, got, wanted) {
    this.checks += 1;
    if (!good) this.failures.push(`${this.folder}: ${what}: got ${got}, expected ${wanted}`);
  }
  equal(what, got, wanted) { this.#note(JSON.stringify(got) === JSON.stringify(wanted), what, JSON.stringify(got), JSON.stringify(wanted)); }
  /** |got - wanted| <= absolute + relative |wanted|; a missing number fails. */
  close(what, got, wanted, { relative = 0, absolute = 0 } = {}) {
    const g = Number(got), w = Number(wanted), there = got !== null && got !== undefined && got !== '';
    this.#note(there && Math.abs(g - w) <= absolute + relative * Math.abs(w), what, got, wanted);
  }
  true(what, good) { this.#note(Boolean(good), what, good, true); }
}
