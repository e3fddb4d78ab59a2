// Every tile of a PMTiles 3 archive, unpacked, read without a library: github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
import fs from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Level, column and row of a tile id: its place on the Hilbert curve after all lower levels. */
export function placeOf(id) {
  let z = 0, first = 0;
  while (id >= first + 4 ** z) first += 4 ** z++;
  let t = id - first, x = 0, y = 0;
  for (let s = 1; s < 2 ** z; s *= 2) {
    const rx = Math.floor(t / 2) % 2, ry = (t % 2) ^ rx;
    if (ry === 0) {
      if (rx === 1) x = s - 1 - x, y = s - 1 - y;
      [x, y] = [y, x];
    }
    x += s * rx;
    y += s * ry;
    t = Math.floor(t / 4);
  }
  return [z, x, y];
}

function directory(bytes) {
  let at = 0;
  const number = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const b = bytes[at++];
      value += (b & 127) * scale;
      if (b < 128) return value;
    }
  };
  const entries = Array.from({ length: number() }, () => ({}));
  let id = 0;
  for (const e of entries) e.id = id += number();
  for (const e of entries) e.run = number();
  for (const e of entries) e.length = number();
  entries.forEach((e, i) => {
    const offset = number();
    e.offset = offset === 0 ? entries[i - 1].offset + entries[i - 1].length : offset - 1;
  });
  return entries;
}

/** `[[z, x, y], bytes]` of every tile addressed. */
export function* tilesOfPmtiles(file) {
  const bytes = fs.readFileSync(file), at = (n) => Number(bytes.readBigUInt64LE(n));
  const unpacked = (raw, how) => (how === 2 ? gunzipSync(raw) : raw);
  const [root, rootLength, leaves, data] = [at(8), at(16), at(40), at(56)];
  function* walk(from, length) {
    for (const e of directory(unpacked(bytes.subarray(from, from + length), bytes[97]))) {
      if (e.run === 0) yield* walk(leaves + e.offset, e.length);
      const tile = e.run > 0 && unpacked(bytes.subarray(data + e.offset, data + e.offset + e.length), bytes[98]);
      for (let i = 0; i < e.run; ++i) yield [placeOf(e.id + i), tile];
    }
  }
  yield* walk(root, rootLength);
}
