// Childhood leukaemia in North Humberside: cases and controls, many ties.
import fs from 'node:fs';
import path from 'node:path';
import { ask, json } from './lib.mjs';
import { againstSatscan, cells } from './lib/satscan.mjs';

export function check({ shared, scratch, found }) {
  const of = (name) => new Map(cells(path.join(shared, name)).map(([id, ...rest]) => [id, rest]));
  const cases = of('NHumberside.cas'), controls = of('NHumberside.ctl'), file = path.join(scratch, 'nh.csv');
  fs.writeFileSync(file, ['id,x,y,cases,controls', ...[...of('NHumberside.geo')].map(([id, [x, y]]) => [id, x, y, cases.get(id)?.[0] ?? 0, controls.get(id)?.[0] ?? 0].join())].join('\n'));
  const got = ask('scan', file, '--cases', 'cases', '--controls', 'controls', '--model', 'bernoulli', '--metric', 'none', '--permutations', 9999);
  againstSatscan(found, got, json(path.join(shared, 'expected.json')).bernoulli_high_50pct);
}
