// Relative risk of 62 cases over 141 controls in a polygon. The published surfaces come from pixels of 22 x 19 units, points and window rounded to them, at a bandwidth of
// 40: against the same rounding ours must agree closely, without it as nearly as such pixels allow. The published adaptive ones round only the pilot and the window.
import fs from 'node:fs';
import path from 'node:path';
import { ask, csv, json } from './lib.mjs';

const side = 32;
const log = Math.log;

export function check({ shared, scratch, found }) {
  const file = (name) => path.join(scratch, name), points = csv(path.join(shared, 'points.csv')), window = path.join(shared, 'window_polygon.csv');
  const expected = json(path.join(shared, 'expected.json')), grid = csv(path.join(shared, 'humberside_sparr_grid_h40.csv'));
  const write = (name, rows) => (fs.writeFileSync(file(name), ['x,y', ...rows.map((r) => `${r.x},${r.y}`)].join('\n') + '\n'), file(name));
  const kind = (mark) => points.filter((p) => p.mark === mark);
  const cases = write('cases.csv', kind('case')), controls = write('controls.csv', kind('control')), places = write('places.csv', grid), out = file('out.csv');

  const shares = csv(path.join(shared, 'relrisk_points_gaussian_sd40_loo_noedge.csv'));
  for (const edge of ['none', 'uniform']) {
    ask('risk', cases, controls, '--metric', 'none', '--bandwidth', 40, '--edge', edge, '--window', window, '--leave-one-out', '-o', out);
    csv(out).forEach((r, i) => found.close(`p_case of point ${i + 1}, edge ${edge}`, r.p_case, shares[i].p_case_loo_noedge, { relative: 1e-9 }));
  }
  const pooled = ask('risk', cases, controls, '--metric', 'none', '--window', window, '--size', '8,8', '-o', file('risk.tif'));
  found.close('oversmoothed bandwidth of both', pooled.bandwidth, expected.OS_pooled, { relative: 1e-9 });

  // The published surfaces stand on pixels of 22 x 19 units: half a bandwidth. `--points cell` takes points and window so.
  const xs = [...new Set(grid.map((r) => Number(r.x)))], ys = [...new Set(grid.map((r) => Number(r.y)))], cx = xs[1] - xs[0], cy = ys[1] - ys[0];
  const extent = [xs[0] - cx / 2, ys[0] - cy / 2, xs.at(-1) + cx / 2, ys.at(-1) + cy / 2];
  const inside = grid.map((r) => r.f_fixed !== '' && r.f_fixed !== 'NA');
  const on = ['--metric', 'none', '--bandwidth', 40, '--window', window, '--extent', extent.join(','), '--size', `${side},${side}`];
  const at = (...rest) => (ask('risk', cases, controls, ...on, '--at', places, '-o', out, ...rest), csv(out));
  const compare = (name, rows, set, density, logs, p) => {
    const top = (column) => Math.max(...grid.map((r) => Number(r[column]) || 0)), f = top(`f_${set}`), g = top(`g_${set}`);
    grid.forEach((r, i) => {
      if (!inside[i] || rows[i].status === 'missing') return;
      found.close(`${name} f, place ${i + 1}`, rows[i].case_density, r[`f_${set}`], { absolute: density * f });
      found.close(`${name} g, place ${i + 1}`, rows[i].control_density, r[`g_${set}`], { absolute: density * g });
      if (r[`f_${set}`] > 0.05 * f && r[`g_${set}`] > 0.05 * g) found.close(`${name} log risk, place ${i + 1}`, rows[i].log_risk, r[`logrr_${set}`], { absolute: logs });
      if (p > 0) found.close(`${name} p, place ${i + 1}`, rows[i].p, r[`p_upper_${set}`], { absolute: p });
    });
  };
  compare('cells, fixed', at('--points', 'cell'), 'fixed', 0.03, 0.1, 0.05);
  compare('cells, adaptive', at('--points', 'cell', '--adaptive'), 'adapt', 0.03, 0.1, 0.05);
  compare('exact, fixed', at(), 'fixed', 0.06, 0.2, 0);
  compare('exact, adaptive', at('--adaptive'), 'adapt', 0.07, 0.1, 0);
}
