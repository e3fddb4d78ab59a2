// Every published data set through the command line.
//   GAPMAP=build/release/gapmap node tests/oracles/run.mjs [NAME...]
// A module beside this file is one folder of reference data: it exports `check({ data, shared, scratch, found })`, where `data` is the folder that may be copied
// into the repository (tests/fixtures/oracles), `shared` the reference folder of its name, and `found` collects differences. A module whose reference folder
// is absent says "skipped", unless it exports `own_data = true`. Ends with 1 on a difference, with 77 where nothing could be checked.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Findings, root } from './lib.mjs';

const here = path.join(root, 'tests/oracles');
const wanted = process.argv.slice(2);
const names = fs.readdirSync(here).filter((f) => f.endsWith('.mjs') && !['run.mjs', 'lib.mjs'].includes(f)).map((f) => f.slice(0, -4)).sort()
  .filter((name) => wanted.length === 0 || wanted.includes(name));
let failures = 0, checked = 0;
for (const name of names) {
  const { check, own_data: own = false } = await import(`./${name}.mjs`);
  const shared = path.join(root, '../shared/oracles', name);
  if (!own && !fs.existsSync(shared)) {
    console.log(`${name}: skipped, no reference data in ${path.relative(root, shared)}`);
    continue;
  }
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), `gapmap-oracle-${name}-`));
  const found = new Findings(name);
  try {
    await check({ data: path.join(root, 'tests/fixtures/oracles'), shared, scratch, found });
  } catch (error) {
    found.failures.push(`${name}: ${error.message}`);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  checked += found.checks;
  failures += found.failures.length;
  for (const line of found.failures.slice(0, 20)) console.log(line);
  console.log(`${name}: ${found.checks} comparisons, ${found.failures.length} differ`);
}
process.exit(failures > 0 ? 1 : checked === 0 ? 77 : 0);
