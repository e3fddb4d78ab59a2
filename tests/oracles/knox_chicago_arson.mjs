// 522 arsons in Chicago, half-open bands, Euclidean and Manhattan distances; and what the Near Repeat Calculator counted.
import path from 'node:path';
import { ask, json } from './lib.mjs';

export function check({ shared, found }) {
  const expected = json(path.join(shared, 'expected.json')), points = path.join(shared, 'chicago_arson_2016.csv');
  for (const table of expected.tables) {
    const space = table.space_breaks_half_open_left_closed, time = table.time_breaks_days;
    for (const [column, extra] of [['day', []], ['date', ['--threads', 3]]]) {
      const told = ask('knox', points, '--metric', 'none', '--time', column, '--distance', table.metric, '--distances', space.join(','), '--intervals', time.join(','), '--permutations', 1999, ...extra);
      const columns = time.length - 1;
      found.equal(`${table.metric}: points`, told.n, expected.n);
      found.equal(`${table.metric}: rows`, told.rows.length, (space.length - 1) * columns);
      told.rows.forEach((row, k) => {
        const i = Math.floor(k / columns), j = k % columns, name = `${table.metric} by ${column}, [${space[i]}, ${space[i + 1]}) x [${time[j]}, ${time[j + 1]})`;
        found.equal(`${name}: observed`, row.observed, table.observed[i][j]);
        const error = Math.sqrt(table.perm_var_M1999[i][j] / 1999);
        found.close(`${name}: mean of permutations`, row.expected, table.perm_mean_M1999[i][j], { absolute: 4 * error + 1e-9 });
        const p = table.p_upper_M1999[i][j];
        found.close(`${name}: p`, row.p, p, { absolute: 4 * Math.sqrt((2 * p * (1 - p)) / 1999) + 1e-3 });
      });
    }
  }
  for (const e of expected.cumulative) {
    const name = `${e.s_max_incl} m, ${e.t_max_incl} days`;
    const [row] = ask('knox', points, '--metric', 'none', '--time', 'day', '--cumulative', '--distances', e.s_max_incl, '--intervals', e.t_max_incl, '--permutations', 99).rows;
    found.equal(`${name}: observed, in space, in time`, [row.observed, row.pairs_in_space, row.pairs_in_time], [e.X, e.Ns, e.Nt]);
    found.close(`${name}: mean`, row.expected, e.exact_perm_mean, { relative: 1e-9 });
    found.close(`${name}: variance`, row.variance, e.exact_perm_var, { relative: 1e-9 });
  }
  // Its label "a to b" is [a - 1, b); one pair near 400 m lies in another band there.
  const nrc = json(path.join(shared, 'nrc_observed_published.json'));
  const told = ask('knox', points, '--metric', 'none', '--time', 'day', '--distance', 'manhattan', '--distances', '0,0.001,200,400,600,inf', '--intervals', '0,1,2,3,inf', '--permutations', 99);
  nrc.observed.flat().forEach((count, k) => found.close(`Near Repeat Calculator, cell ${k}`, told.rows[k].observed, count, { absolute: 1 }));
}
