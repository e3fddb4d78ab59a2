// Mann-Kendall and Sen on three well-known series and on short ones with ties, as one table with --by and each alone.
import fs from 'node:fs';
import path from 'node:path';
import { ask, json } from './lib.mjs';

const pairs = [['n', 'n'], ['S', 's'], ['var_S', 'var_s'], ['Z', 'z'], ['p_two_sided', 'p'], ['tau_a', 'tau_a'], ['tau_b', 'tau_b'], ['sen_slope', 'slope'], ['tie_groups', 'tie_groups']];

export function check({ shared, scratch, found }) {
  const series = json(path.join(shared, 'series.json')), expected = json(path.join(shared, 'expected.json'));
  json(path.join(shared, 'small_series.json')).forEach(({ x, ...answer }, k) => {
    series[`small ${k}`] = x;
    expected[`small ${k}`] = answer;
  });
  const all = path.join(scratch, 'all.csv');
  const lines = Object.entries(series).flatMap(([name, x]) => x.map((value, t) => `${name},${t},${value}`));
  fs.writeFileSync(all, ['series,t,value', ...lines.reverse()].join('\n') + '\n');  // out of order: --time sorts
  const { rows } = ask('trend', all, '--value', 'value', '--time', 't', '--by', 'series');
  const compare = (name, got) => {
    for (const [key, field] of pairs) {
      if (expected[name][key] === null) found.equal(`${name}: ${field}`, got[field], null);
      else found.close(`${name}: ${field}`, got[field], expected[name][key], { relative: 1e-12, absolute: 1e-15 });
    }
  };
  for (const [name, x] of Object.entries(series)) {
    compare(name, rows.find((row) => row.series === name));
    const one = path.join(scratch, 'one.csv');
    fs.writeFileSync(one, ['value', ...x].join('\n') + '\n');
    const got = ask('trend', one, '--value', 'value');
    compare(name, got);
    found.equal(`${name}: class only from 10 values on`, got.class !== null, x.length >= 10);
  }
  const rhine = rows.find((row) => row.series === 'maxau_s');
  // trend::sens.slope prints the interval -0.4196477 to -0.1519026.
  found.close('Rhine: low end of the slope', rhine.slope_low, -0.4196477, { absolute: 5e-8 });
  found.close('Rhine: high end of the slope', rhine.slope_high, -0.1519026, { absolute: 5e-8 });
}
