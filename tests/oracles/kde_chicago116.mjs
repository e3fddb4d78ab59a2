// Densities of 116 points in a rectangle: exact sums, another program's pixel sums, densities at the points themselves, rules for the bandwidth.
import path from 'node:path';
import { ask, csv, json } from './lib.mjs';

const radius = { gaussian: 1, epanechnikov: Math.sqrt(6), quartic: Math.sqrt(8) };  // of support, in standard deviations

export function check({ shared, scratch, found }) {
  const points = path.join(shared, 'points.csv'), window = path.join(shared, 'window.csv'), expected = json(path.join(shared, 'expected.json'));
  const out = path.join(scratch, 'out.csv'), raster = path.join(scratch, 'out.tif');
  const density = (kernel, edge, sd, ...rest) => ask('density', points, '--metric', 'none', '--kernel', kernel, '--edge', edge, '--window', window, '--bandwidth', sd * radius[kernel], ...rest);
  for (const sd of [60, 120]) {
    for (const file of [`chicago_exact_sd${sd}.csv`, `chicago_exact_query200_sd${sd}.csv`, `chicago_spatstat512_query200_sd${sd}.csv`]) {
      const reference = csv(path.join(shared, file));
      for (const column of Object.keys(reference[0]).filter((name) => /_(none|uniform|diggle)$/.test(name))) {
        const [kernel, edge] = column.split('_');
        density(kernel, edge, sd, '--at', path.join(shared, file), '-o', out);
        const got = csv(out), top = Math.max(...reference.map((r) => Number(r[column])));
        // A compact kernel's last digits at its rim are rounding only, so there a share of the largest value counts.
        const within = file.includes('spatstat') ? { absolute: 0.01 * top } : { relative: 1e-10, absolute: kernel === 'gaussian' ? 0 : 1e-10 * top };
        reference.forEach((r, i) => found.close(`${file} ${column} row ${i + 1}`, got[i].density, r[column], within));
      }
    }
  }
  const own = csv(path.join(shared, 'chicago_at_points_gaussian_sd120_noedge.csv'));
  density('gaussian', 'none', 120, '--leave-one-out', '-o', out);
  csv(out).forEach((r, i) => found.close(`without itself, point ${i + 1}`, r.density, own[i].loo, { relative: 1e-10 }));
  density('gaussian', 'none', 120, '--at', points, '-o', out);
  csv(out).forEach((r, i) => found.close(`at point ${i + 1}`, r.density, own[i].full, { relative: 1e-10 }));

  const rule = (name) => ask('density', points, '--metric', 'none', '--kernel', 'gaussian', '--window', window, '--bandwidth', name, '--size', '8,8', '-o', raster).bandwidth;
  const wanted = expected.bandwidths;
  rule('scott').forEach((got, axis) => found.close(`scott ${axis}`, got, wanted['bw.scott'][axis], { relative: 1e-9 }));
  for (const [name, key, relative] of [['diggle', 'bw.diggle', 1e-6], ['ppl', 'bw.ppl', 1e-9], ['cvl', 'bw.CvL', 1e-9], ['oversmoothed', 'OS', 1e-9], ['silverman', 'NS', 1e-9]]) {
    found.close(name, rule(name), wanted[key], { relative });
  }
  const told = ask('density', points, '--metric', 'none', '--kernel', 'gaussian', '--bandwidth', 120, '--edge', 'uniform', '--window', window, '--size', '512,512', '-o', raster);
  found.close('integral', told.integral, expected.intensity_integral_uniform_sd120, { relative: 5e-3 });  // theirs: a sum over coarser pixels
}
