// A strict walk over the bytes of vector tiles: throws at the first thing that MVT 2.1 forbids (github.com/mapbox/vector-tile-spec), sections in brackets.
// Refuses every tile of mvt-fixtures 4.0.0 that is not valid under version 2. Stricter than the specification where a writer has no excuse: no unknown types, no zero-length lines, rings without self-tangency, all keys and values used.

const utf8 = new TextDecoder('utf-8', { fatal: true });
const fail = (what) => { throw new Error(what); };
const need = (holds, what) => holds || fail(what);

/** The fields of a protobuf message: `[number, wire type, value]`; a value is a BigInt or bytes. */
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      need(at < bytes.length, 'a varint runs past its message');
      need(shift < 70n, 'a varint is longer than ten bytes');
      const b = bytes[at++];
      value |= BigInt(b & 127) << shift;
      if (b < 128) return value;
    }
  };
  const take = (n) => {
    need(at + n <= bytes.length, 'a field runs past its message');
    at += n;
    return bytes.subarray(at - n, at);
  };
  while (at < bytes.length) {
    const key = Number(varint()), wire = key & 7;
    if (wire === 0) yield [key >> 3, wire, varint()];
    else if (wire === 1) yield [key >> 3, wire, take(8)];
    else if (wire === 2) yield [key >> 3, wire, take(Number(varint()))];
    else if (wire === 5) yield [key >> 3, wire, take(4)];
    else fail(`wire type ${wire}`);
  }
}

/** The numbers of a packed field of uint32. */
function packed(bytes) {
  const all = [];
  for (let at = 0; at < bytes.length;) {
    let value = 0, shift = 0, b;
    do {
      need(at < bytes.length && shift < 35, 'a packed number is cut off or too long');
      b = bytes[at++];
      value += (b & 127) * 2 ** shift;
      shift += 7;
    } while (b >= 128);
    need(value < 2 ** 32, 'a packed number beyond 32 bits');
    all.push(value);
  }
  return all;
}

/** A value: exactly one of the seven kinds (4.4). */
function valueOf(bytes) {
  const all = [...fields(bytes)];
  need(all.length === 1, `a value of ${all.length} fields`);
  const [[number, wire, value]] = all;
  need({ 1: 2, 2: 5, 3: 1, 4: 0, 5: 0, 6: 0, 7: 0 }[number] === wire, `a value of field ${number} and wire type ${wire}`);
  if (number === 1) return utf8.decode(value);
  if (number === 2) return new DataView(value.buffer, value.byteOffset, 4).getFloat32(0, true);
  if (number === 3) return new DataView(value.buffer, value.byteOffset, 8).getFloat64(0, true);
  if (number === 4) return Number(BigInt.asIntN(64, value));
  if (number === 6) return Number((value >> 1n) ^ -(value & 1n));
  return number === 7 ? value !== 0n : Number(value);
}

/** Parts of a geometry, as lists of points; a ring without its closing point (4.3). */
function partsOf(numbers, type) {
  const parts = [];
  let at = 0, x = 0, y = 0;
  const step = () => {
    need(at + 2 <= numbers.length, 'a command without its parameters');
    const [dx, dy] = [numbers[at++], numbers[at++]].map((n) => (n % 2 ? -(n + 1) / 2 : n / 2));
    x += dx;
    y += dy;
    return [dx, dy];
  };
  const command = (id, what) => {
    need(at < numbers.length, `no ${what}`);
    const value = numbers[at++];
    need((value & 7) === id, `command ${value & 7} in place of ${what}`);
    return value >>> 3;
  };
  need(numbers.length > 0, 'no geometry');
  while (at < numbers.length) {
    const count = command(1, 'MoveTo');
    if (type === 1) {
      need(count > 0 && parts.length === 0, 'points are one MoveTo of one and more');
      for (let i = 0; i < count; ++i) step(), parts.push([[x, y]]);
      continue;
    }
    need(count === 1, `MoveTo of ${count}`);
    step();
    const part = [[x, y]], lines = command(2, 'LineTo');
    need(lines > (type === 3 ? 1 : 0), `LineTo of ${lines}`);
    for (let i = 0; i < lines; ++i) {
      const [dx, dy] = step();
      need(dx !== 0 || dy !== 0, 'LineTo of no length');
      part.push([x, y]);
    }
    if (type === 3) {
      need(command(7, 'ClosePath') === 1, 'ClosePath of more than one');
      need(part[0][0] !== x || part[0][1] !== y, 'a ring ends where it began before ClosePath');
    }
    parts.push(part);
  }
  return parts;
}

/** Twice the area by the surveyor's formula, y downwards: positive for exteriors. */
export const doubled = (ring) => ring.reduce((sum, [x, y], i) => {
  const [nx, ny] = ring[(i + 1) % ring.length];
  return sum + x * ny - nx * y;
}, 0);

const turn = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
const within = (p, a, b) => p[0] >= Math.min(a[0], b[0]) && p[0] <= Math.max(a[0], b[0]) && p[1] >= Math.min(a[1], b[1]) && p[1] <= Math.max(a[1], b[1]);

/** 1 inside, 0 on the border, -1 outside; whole numbers, so exact. */
export function side(p, ring) {
  let odd = -1;
  for (let i = 0; i < ring.length; ++i) {
    const a = ring[i], b = ring[(i + 1) % ring.length], t = turn(a, b, p);
    if (t === 0 && within(p, a, b)) return 0;
    if ((a[1] > p[1]) !== (b[1] > p[1]) && (b[1] > a[1]) === (t > 0)) odd = -odd;
  }
  return odd;
}

/** No two edges of a feature cross or lie on each other, and no ring touches itself. Notes at which places rings touch. */
function edgesKeepApart(rings) {
  const edges = rings.flatMap((ring, r) => ring.map((a, i) => ({ r, i, n: ring.length, a, b: ring[(i + 1) % ring.length] })));
  for (const e of edges) e.left = Math.min(e.a[0], e.b[0]), e.right = Math.max(e.a[0], e.b[0]);
  edges.sort((p, q) => p.left - q.left);
  const touches = new Map();
  for (let i = 0; i < edges.length; ++i) {
    const e = edges[i];
    for (let j = i + 1; j < edges.length && edges[j].left <= e.right; ++j) {
      const f = edges[j];
      const abc = turn(e.a, e.b, f.a), abd = turn(e.a, e.b, f.b), cda = turn(f.a, f.b, e.a), cdb = turn(f.a, f.b, e.b);
      const where = `${e.a} ${e.b} and ${f.a} ${f.b}`;
      if (abc * abd < 0 && cda * cdb < 0) fail(`edges cross: ${where}`);
      const common = [[abc, f.a, e], [abd, f.b, e], [cda, e.a, f], [cdb, e.b, f]].filter(([t, p, g]) => t === 0 && within(p, g.a, g.b)).map(([, p]) => String(p));
      const places = new Set(common);
      if (places.size > 1) fail(`edges lie on each other: ${where}`);
      if (places.size === 0) continue;
      if (e.r === f.r) {
        const next = (e.i + 1) % e.n === f.i, last = (f.i + 1) % e.n === e.i;
        if (!(next && places.has(String(e.b))) && !(last && places.has(String(e.a)))) fail(`a ring touches itself: ${where}`);
      } else {
        const pair = [e.r, f.r].sort((p, q) => p - q).join(' ');
        touches.set(pair, new Set([...(touches.get(pair) ?? []), ...places]));
      }
    }
  }
  return touches;
}

/** Polygons of a feature, checked: exteriors positive and first, interiors within their exterior, nothing overlaps (4.3.4.4). */
function polygonsOf(rings) {
  const polygons = [];
  rings.forEach((ring, r) => {
    const area = doubled(ring);
    need(area !== 0, `a ring without area: ${ring.slice(0, 5)}`);
    if (area > 0) polygons.push([r]);
    else need(polygons.length > 0, 'an interior ring comes first'), polygons.at(-1).push(r);
  });
  const touches = edgesKeepApart(rings);
  for (const own of polygons) {
    const [outer, ...holes] = own;
    for (const pair of touches.keys()) {
      const [p, q] = pair.split(' ').map(Number);
      if (own.includes(p) && own.includes(q)) need(touches.get(pair).size < 2, `two rings of a polygon touch at ${[...touches.get(pair)].join(' and ')}: its interior falls apart`);
    }
    holes.forEach((hole) => {
      const sides = rings[hole].map((p) => side(p, rings[outer]));
      need(!sides.includes(-1) && sides.includes(1), 'an interior ring beyond its exterior');
      for (const other of holes) need(other === hole || !rings[hole].some((p) => side(p, rings[other]) > 0), 'an interior ring in another');
    });
    for (const other of polygons) {
      if (other === own) continue;
      const first = rings[outer].find((p) => other.every((r) => side(p, rings[r]) !== 0));
      if (first) need(other.filter((r) => side(first, rings[r]) > 0).length !== 1, 'a polygon of a feature within another');
    }
  }
  return polygons.map((own) => own.map((r) => rings[r]));
}

function featureOf(bytes, layer) {
  const seen = {};
  for (const [number, wire, value] of fields(bytes)) {
    need({ 1: 0, 2: 2, 3: 0, 4: 2 }[number] === wire, `a feature has field ${number} of wire type ${wire}`);
    need(seen[number] === undefined, `a feature has field ${number} twice`);
    seen[number] = value;
  }
  const type = Number(seen[3] ?? 0);
  need(type >= 1 && type <= 3, `geometry type ${type}`);
  const tags = packed(seen[2] ?? new Uint8Array());
  need(tags.length % 2 === 0, 'an odd number of tags');
  const properties = {};
  for (let i = 0; i < tags.length; i += 2) {
    need(tags[i] < layer.keys.length && tags[i + 1] < layer.values.length, 'a tag beyond keys or values');
    const key = layer.keys[tags[i]];
    need(!Object.hasOwn(properties, key), `key ${key} twice`);
    properties[key] = layer.values[tags[i + 1]];
    layer.usedKeys.add(tags[i]);
    layer.usedValues.add(tags[i + 1]);
  }
  const parts = partsOf(packed(seen[4] ?? fail('a feature without geometry')), type);
  return { id: seen[1], type, properties, parts, polygons: type === 3 ? polygonsOf(parts) : [] };
}

function layerOf(bytes) {
  const once = {}, rawFeatures = [], layer = { keys: [], values: [], usedKeys: new Set(), usedValues: new Set() }, rawValues = new Set();
  for (const [number, wire, value] of fields(bytes)) {
    need({ 15: 0, 1: 2, 2: 2, 3: 2, 4: 2, 5: 0 }[number] === wire, `a layer has field ${number} of wire type ${wire}`);
    if (number === 2) rawFeatures.push(value);
    else if (number === 3) layer.keys.push(utf8.decode(value));
    else if (number === 4) layer.values.push(valueOf(value)), rawValues.add(Buffer.from(value).toString('hex'));
    else need(once[number] === undefined, `a layer has field ${number} twice`), once[number] = value;
  }
  need(once[15] === 2n, `version ${once[15]}`);
  need(once[1] !== undefined && once[1].length > 0, 'a layer without a name');
  need(once[5] !== undefined && once[5] > 0n, 'a layer without an extent');
  need(new Set(layer.keys).size === layer.keys.length, 'a key twice');
  need(rawValues.size === layer.values.length, 'a value twice');
  need(rawFeatures.length > 0, 'a layer without features');
  const features = rawFeatures.map((raw, i) => {
    try {
      return featureOf(raw, layer);
    } catch (error) {
      error.message = `feature ${i}: ${error.message}`;
      throw error;
    }
  });
  need(layer.usedKeys.size === layer.keys.length, 'a key that no feature uses');
  need(layer.usedValues.size === layer.values.length, 'a value that no feature uses');
  const ids = features.map(({ id }) => id).filter((id) => id !== undefined);
  need(new Set(ids).size === ids.length, 'an id twice');
  return { name: utf8.decode(once[1]), extent: Number(once[5]), features };
}

/** The layers of an unpacked tile: `{name: {extent, features: [{id, type, properties, parts, polygons}]}}`. */
export function strictTile(bytes) {
  const layers = {};
  for (const [number, wire, value] of fields(bytes)) {
    need(number === 3 && wire === 2, `a tile has field ${number} of wire type ${wire}`);
    const layer = layerOf(value);
    need(!Object.hasOwn(layers, layer.name), `two layers ${layer.name}`);
    layers[layer.name] = layer;
  }
  need(Object.keys(layers).length > 0, 'a tile without layers');
  return layers;
}
