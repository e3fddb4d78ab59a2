// What the tests of the page share: a portal, a browser without a network, and ways to look at the page.
// PORTAL_DIR, or the argument of `node test/page.test.mjs FOLDER`: a portal that gapmap built; without it, dist/ with the
// fixture's data and made-up findings.
// SHOTS_DIR: where the screenshots and the printed sheet go. CHROMIUM: the browser, /usr/bin/chromium unless told.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { chromium } from "playwright-core";
import { add_findings } from "./findings_fixture.mjs";
import { write_fixture } from "./fixture.mjs";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");

function fixture_portal() {
  assert.ok(existsSync(join(web, "dist", "page.js")), "web/dist is not built: run `npm run build` first");
  const folder = mkdtempSync(join(tmpdir(), "gapmap-portal-"));
  cpSync(join(web, "dist"), folder, { recursive: true });
  write_fixture(folder);
  add_findings(folder);
  return folder;
}

const given = process.env.PORTAL_DIR ?? process.argv[2];
export const portal = given ? resolve(given) : fixture_portal();
export const shots = process.env.SHOTS_DIR ? resolve(process.env.SHOTS_DIR) : mkdtempSync(join(tmpdir(), "gapmap-shots-"));
mkdirSync(shots, { recursive: true });
const address = pathToFileURL(join(portal, "index.html")).href;

/** The data as the page sees them. */
function portal_data() {
  const context = { window: {} };
  vm.runInNewContext(readFileSync(join(portal, "data.js"), "utf8"), context);
  return context.window.GAPMAP_DATA;
}
export const data = portal_data();
export const in_level = (level) => data.units.filter((u) => u.level === level);
export const ranked = (level) => in_level(level).filter((u) => u.gap.status === "ok").sort((a, b) => a.gap.rank - b.gap.rank);

export const ramps = {
  gap: ["#fee8c8", "#fdbb84", "#fc8d59", "#d7301f", "#7f0000"],
  coverage: ["#deebf7", "#9ecae1", "#6baed6", "#2171b5", "#08306b"],
  risk: ["#dadaeb", "#bcbddc", "#9e9ac8", "#6a51a3", "#3f007d"],
};

let browser;
export const complaints = [];

export async function open(hash = "", size = { width: 1366, height: 768 }) {
  const page = await browser.newPage({ viewport: size, offline: true });
  page.on("console", (message) => { if (message.type() === "error") complaints.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`); });
  await page.goto(address + hash);
  await drawn(page);
  return page;
}

export const drawn = (page) => page.waitForFunction(() => performance.getEntriesByName("gapmap:drawn").length > 0 && location.hash.includes("&v="));
export const settle = (page) => page.waitForTimeout(250);
export const shot = (page, name, options = {}) => page.screenshot({ path: join(shots, `${name}.png`), ...options });
export const press = (page, group, value) => page.click(`[aria-label="${group}"] button[data-value="${value}"]`);
export const hash_of = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));

/** How many pixels of the map's canvases have each colour. */
export function colours_on_map(page, colours) {
  return page.evaluate((wanted) => {
    const counts = Object.fromEntries(wanted.map((c) => [c, 0]));
    const hex = (v) => v.toString(16).padStart(2, "0");
    for (const canvas of document.querySelectorAll(".map canvas")) {
      if (canvas.width === 0 || canvas.height === 0) continue;
      const { data: bytes } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < bytes.length; i += 4) {
        const key = `#${hex(bytes[i])}${hex(bytes[i + 1])}${hex(bytes[i + 2])}`;
        if (key in counts && bytes[i + 3] === 255) ++counts[key];
      }
    }
    return counts;
  }, colours);
}

export const seen = (counts) => Object.values(counts).filter((n) => n > 40).length;

/** Where a lon/lat stands on the screen, from the view in the address. */
export async function screen_place(page, [lon, lat]) {
  const { v } = await hash_of(page);
  const [view_lon, view_lat, zoom] = v.split(",").map(Number);
  const box = await page.locator(".map").boundingBox();
  const world = (a, b) => [(a * Math.PI * 6378137) / 180, 6378137 * Math.log(Math.tan(Math.PI / 4 + (b * Math.PI) / 360))];
  const resolution = (2 * Math.PI * 6378137) / 256 / 2 ** zoom;
  const [x, y] = world(lon, lat);
  const [cx, cy] = world(view_lon, view_lat);
  return { x: box.x + box.width / 2 + (x - cx) / resolution, y: box.y + box.height / 2 - (y - cy) / resolution };
}

/** A point well inside a polygon: of a lattice of candidates, the one farthest from the outline. */
export function inner_point(geometry) {
  const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates[0];
  const [outer] = rings;
  const xs = outer.map((p) => p[0]);
  const ys = outer.map((p) => p[1]);
  const inside = (x, y) => rings.reduce((odd, ring) => ring.slice(1).reduce((o, [bx, by], n) => {
    const [ax, ay] = ring[n];
    return (ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax ? !o : o;
  }, odd), false);
  let best = null;
  let best_distance = -1;
  for (let i = 1; i < 24; ++i) for (let j = 1; j < 24; ++j) {
    const x = Math.min(...xs) + ((Math.max(...xs) - Math.min(...xs)) * i) / 24;
    const y = Math.min(...ys) + ((Math.max(...ys) - Math.min(...ys)) * j) / 24;
    if (!inside(x, y)) continue;
    const distance = Math.min(...rings.flat().map((p) => Math.hypot(p[0] - x, p[1] - y)));
    if (distance > best_distance) { best = [x, y]; best_distance = distance; }
  }
  return best;
}

/** The first ranked village that nothing covers on the map, and where to click on it. */
export async function unit_in_sight(page) {
  for (const unit of ranked("village")) {
    const place = await screen_place(page, inner_point(unit.geometry));
    const free = await page.evaluate(({ x, y }) => Boolean(document.elementFromPoint(x, y)?.closest(".map")), place);
    if (free) return { unit, place };
  }
  return assert.fail("no village is in sight");
}

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => { await browser?.close(); });
