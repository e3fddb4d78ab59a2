// Brain cancer in New Mexico: space and time, standardised by age and sex, populations of three years, great circles.
import fs from 'node:fs';
import path from 'node:path';
import { ask, json } from './lib.mjs';
import { againstSatscan, cells } from './lib/satscan.mjs';

export function check({ shared, scratch, found }) {
  const place = new Map(cells(path.join(shared, 'nm.geo')).map(([id, lat, lon]) => [id, `${id},${lon},${lat}`]));
  const file = path.join(scratch, 'nm.csv');
  fs.writeFileSync(file, ['id,lon,lat,cases,base,time,age,sex',
    ...cells(path.join(shared, 'nm.cas')).map(([id, n, year, age, sex]) => `${place.get(id)},${n},,${year},${age},${sex}`),
    ...cells(path.join(shared, 'nm.pop')).map(([id, year, people, age, sex]) => `${place.get(id)},,${people},19${year},${age},${sex}`)].join('\n'));
  const got = ask('scan', file, '--cases', 'cases', '--base', 'base', '--strata', 'age,sex', '--time', 'time', '--crs', 'EPSG:4326', '--permutations', 9999);
  againstSatscan(found, got, json(path.join(shared, 'expected.json')).space_time_poisson_age_sex_adj_50_50, 1000);
}
