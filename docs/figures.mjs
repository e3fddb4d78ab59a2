// node figures.mjs PAGE.html FOLDER: photographs the page of a run on a 1366 x 768 screen, as PNG of at most 256 colours.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateSync, crc32 as zlibCrc } from "node:zlib";

const require = createRequire(new URL("../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const [page_file, folder] = process.argv.slice(2);

const crc_table = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
const crc32 = zlibCrc ?? ((bytes) => (bytes.reduce((c, b) => (c >>> 8) ^ crc_table[(c ^ b) & 255], 0xffffffff) ^ 0xffffffff) >>> 0);

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
}

/** Flat drawings have few colours: the 256 commonest stand, the rest (edges of letters) take the nearest of them. */
function indexed_png(width, height, rgba) {
  const count = new Map();
  for (let i = 0; i < rgba.length; i += 4) {
    const key = (rgba[i] << 16) | (rgba[i + 1] << 8) | rgba[i + 2];
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  const palette = [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256).map(([key]) => key);
  const nearest = new Map(palette.map((key, index) => [key, index]));
  const index_of = (key) => {
    if (nearest.has(key)) return nearest.get(key);
    let best = 0, least = Infinity;
    palette.forEach((p, index) => {
      const d = ((p >> 16) - (key >> 16)) ** 2 + (((p >> 8) & 255) - ((key >> 8) & 255)) ** 2 + ((p & 255) - (key & 255)) ** 2;
      if (d < least) [least, best] = [d, index];
    });
    nearest.set(key, best);
    return best;
  };
  const lines = Buffer.alloc(height * (width + 1)); // each line starts with filter 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = 4 * (y * width + x);
      lines[y * (width + 1) + 1 + x] = index_of((rgba[i] << 16) | (rgba[i + 1] << 8) | rgba[i + 2]);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((key) => [key >> 16, (key >> 8) & 255, key & 255]));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header), chunk("PLTE", colours),
    chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
await page.goto(pathToFileURL(resolve(page_file)).href);
await page.waitForTimeout(1500);

async function photograph(name) {
  await page.waitForTimeout(800);
  const shot = (await page.screenshot()).toString("base64");
  const pixels = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = "data:image/png;base64," + base64;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, image.width, image.height).data;
    let text = "";
    for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
    return { width: image.width, height: image.height, data: btoa(text) };
  }, shot);
  writeFileSync(join(folder, name), indexed_png(pixels.width, pixels.height, Buffer.from(pixels.data, "base64")));
}

await photograph("page.png");
await page.locator(".rows-body .row").first().click(); // the widest gap
await photograph("card.png");
await page.goto("about:blank"); // the address holds the state: start afresh
await page.goto(pathToFileURL(resolve(page_file)).href);
await page.getByText("EN", { exact: true }).first().click();
await page.getByText("Case density", { exact: true }).first().click();
await photograph("density.png");
await browser.close();
