// Colours by number: lightness falls from class to class, in colour, in grey and to eyes without green cones; text can be
// read on its ground. And the lock file names no host.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = readFileSync(join(web, "src", "palette.ts"), "utf8");
const ramps = Object.fromEntries([...source.matchAll(/(gap|coverage|risk):\s+\[([^\]]+)\]/g)].map(([, name, list]) => [name, list.match(/#[0-9a-f]{6}/g)]));

const linear = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const cube = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);

function lab([r, g, b]) {
  const x = cube((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = cube(luminance([r, g, b]));
  const z = cube((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Dichromatic sight at full severity: Machado, Oliveira and Fernandes 2009. */
const sight = {
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const see = (matrix, rgb) => matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, m, k) => sum + m * rgb[k], 0))));

const contrast = (a, b) => {
  const [high, low] = [luminance(linear(a)), luminance(linear(b))].sort((p, q) => q - p);
  return (high + 0.05) / (low + 0.05);
};

test("there are three ramps of five classes", () => {
  assert.deepEqual(Object.keys(ramps).sort(), ["coverage", "gap", "risk"]);
  for (const ramp of Object.values(ramps)) assert.equal(ramp.length, 5);
});

test("lightness falls by at least 10 from class to class, so grey print keeps the order", () => {
  for (const [name, ramp] of Object.entries(ramps)) {
    const lightness = ramp.map((c) => lab(linear(c))[0]);
    lightness.slice(1).forEach((l, i) => assert.ok(lightness[i] - l >= 10, `${name} class ${i + 1} to ${i + 2}: ${lightness[i].toFixed(1)} to ${l.toFixed(1)}`));
  }
});

test("the order and the difference of classes hold for each kind of colour blindness", () => {
  for (const [kind, matrix] of Object.entries(sight)) {
    for (const [name, ramp] of Object.entries(ramps)) {
      const seen = ramp.map((c) => lab(see(matrix, linear(c))));
      seen.slice(1).forEach((c, i) => {
        assert.ok(seen[i][0] - c[0] >= 8, `${kind}, ${name}: lightness of class ${i + 1} and ${i + 2}`);
        assert.ok(Math.hypot(...c.map((v, k) => v - seen[i][k])) >= 10, `${kind}, ${name}: class ${i + 1} and ${i + 2} look alike`);
      });
    }
  }
});

test("the lightest class is a colour and not the white of missing data", () => {
  for (const [name, [lightest]] of Object.entries(ramps)) {
    const white = lab([1, 1, 1]);
    assert.ok(Math.hypot(...lab(linear(lightest)).map((v, k) => v - white[k])) >= 8, name);
  }
});

test("text has a contrast of at least 4.5 to 1 on its ground", () => {
  const pairs = [["#1f2328", "#f7f7f5"], ["#555b62", "#f7f7f5"], ["#555b62", "#e6eff6"], ["#1f5f8b", "#ffffff"], ["#ffffff", "#1f5f8b"], ["#8a4b08", "#fff6e5"], ["#6b7076", "#f7f7f5"]];
  for (const [text, ground] of pairs) assert.ok(contrast(text, ground) >= 4.5, `${text} on ${ground}: ${contrast(text, ground).toFixed(2)}`);
});

test("the lock file names no host", () => {
  assert.doesNotMatch(readFileSync(join(web, "package-lock.json"), "utf8"), /https?:|resolved/);
});
