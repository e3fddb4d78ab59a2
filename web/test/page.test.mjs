// Opens a built portal from file:// in headless Chromium and uses it as a person would.
// PORTAL_DIR, or the argument of `node test/page.test.mjs FOLDER`: a portal that gapmap built; without it, dist/ with the
// fixture's data.
// SHOTS_DIR: where the screenshots and the printed sheet go. CHROMIUM: the browser, /usr/bin/chromium unless told.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { chromium } from "playwright-core";
import { write_fixture } from "./fixture.mjs";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");

function fixture_portal() {
  assert.ok(existsSync(join(web, "dist", "page.js")), "web/dist is not built: run `npm run build` first");
  const folder = mkdtempSync(join(tmpdir(), "gapmap-portal-"));
  cpSync(join(web, "dist"), folder, { recursive: true });
  write_fixture(folder);
  return folder;
}

const given = process.env.PORTAL_DIR ?? process.argv[2];
const portal = given ? resolve(given) : fixture_portal();
const shots = process.env.SHOTS_DIR ? resolve(process.env.SHOTS_DIR) : mkdtempSync(join(tmpdir(), "gapmap-shots-"));
mkdirSync(shots, { recursive: true });
const address = pathToFileURL(join(portal, "index.html")).href;

/** The data as the page sees them. */
function portal_data() {
  const context = { window: {} };
  vm.runInNewContext(readFileSync(join(portal, "data.js"), "utf8"), context);
  return context.window.GAPMAP_DATA;
}
const data = portal_data();
const in_level = (level) => data.units.filter((u) => u.level === level);
const ranked = (level) => in_level(level).filter((u) => u.gap.status === "ok").sort((a, b) => a.gap.rank - b.gap.rank);

const ramps = {
  gap: ["#fee8c8", "#fdbb84", "#fc8d59", "#d7301f", "#7f0000"],
  coverage: ["#deebf7", "#9ecae1", "#6baed6", "#2171b5", "#08306b"],
  risk: ["#dadaeb", "#bcbddc", "#9e9ac8", "#6a51a3", "#3f007d"],
};

let browser;
const complaints = [];

async function open(hash = "", size = { width: 1366, height: 768 }) {
  const page = await browser.newPage({ viewport: size, offline: true });
  page.on("console", (message) => { if (message.type() === "error") complaints.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`); });
  await page.goto(address + hash);
  await drawn(page);
  return page;
}

const drawn = (page) => page.waitForFunction(() => performance.getEntriesByName("gapmap:drawn").length > 0 && location.hash.includes("&v="));
const settle = (page) => page.waitForTimeout(250);
const shot = (page, name, options = {}) => page.screenshot({ path: join(shots, `${name}.png`), ...options });
const press = (page, group, value) => page.click(`[aria-label="${group}"] button[data-value="${value}"]`);
const hash_of = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));

/** How many pixels of the map's canvases have each colour. */
function colours_on_map(page, colours) {
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

const seen = (counts) => Object.values(counts).filter((n) => n > 40).length;

/** Where a lon/lat stands on the screen, from the view in the address. */
async function screen_place(page, [lon, lat]) {
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
function inner_point(geometry) {
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
async function unit_in_sight(page) {
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

test("a double click opens the gap map: coloured units, Chinese words, and the ranked table beside it", async () => {
  const page = await open();
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  assert.match(await page.textContent("h1"), new RegExp(data.title.zh));
  assert.ok(seen(await colours_on_map(page, ramps.gap)) >= 3, "fewer than three classes of the gap ramp are on the map");
  assert.match(await page.textContent(".legend"), /缺口/);
  const [worst] = ranked("village");
  const first = page.locator(".rows-body [data-code]").first();
  assert.equal(await first.getAttribute("data-code"), worst.code);
  assert.match(await first.textContent(), new RegExp(worst.name));
  if (data.demo) assert.match(await page.textContent("footer"), /演示数据/);
  await shot(page, "1366-gap");
  await page.close();
});

test("units without a score stand after the ranked ones, under their own heading", async () => {
  const page = await open();
  const unranked = in_level("village").filter((u) => u.gap.status !== "ok");
  const order = await page.$$eval(".rows-body .row", (rows) => rows.map((row) => row.getAttribute("data-code") ?? "heading"));
  assert.equal(order.filter((code) => code !== "heading").length, in_level("village").length);
  const first_heading = order.indexOf("heading");
  assert.equal(first_heading >= 0, unranked.length > 0);
  for (const unit of unranked) assert.ok(order.indexOf(unit.code) > first_heading, `${unit.name} is listed as if ranked`);
  await page.close();
});

test("a click on a row opens its card and takes the map there", async () => {
  const page = await open();
  const unit = ranked("village")[2];
  const view_before = (await hash_of(page)).v;
  await page.click(`[data-code="${unit.code}"]`);
  await settle(page);
  const card = await page.textContent(".card");
  assert.ok(card.includes(unit.sentence.zh), "the card does not say its sentence");
  for (const rate of unit.rates.filter((r) => r.denominator > 0)) {
    assert.ok(card.includes(`${rate.numerator.toLocaleString("en-US")} / ${rate.denominator.toLocaleString("en-US")}`), `${rate.id} lacks its denominator`);
    assert.ok(card.includes(rate.source.zh) && card.includes(rate.as_of), `${rate.id} lacks its source or date`);
  }
  for (const text of [...unit.reasons, ...unit.actions]) assert.ok(card.includes(text.zh));
  const hash = await hash_of(page);
  assert.equal(hash.u, unit.code);
  assert.notEqual(hash.v, view_before);
  await shot(page, "1366-card");
  await page.close();
});

test("a click on a unit of the map opens its card and marks its row", async () => {
  const page = await open();
  const { unit, place } = await unit_in_sight(page);
  await page.mouse.click(place.x, place.y);
  await page.waitForTimeout(500);   // a single click waits for a second one
  assert.equal((await hash_of(page)).u, unit.code, `the click on ${unit.name} chose another`);
  assert.ok((await page.textContent(".card")).includes(unit.sentence.zh));
  assert.equal(await page.getAttribute(`[data-code="${unit.code}"]`, "aria-selected"), "true");
  await page.close();
});

test("hovering a row marks the unit, hovering the map marks the row", async () => {
  const page = await open();
  const { unit, place } = await unit_in_sight(page);
  await page.hover(`[data-code="${unit.code}"]`);
  assert.match(await page.getAttribute(`[data-code="${unit.code}"]`, "class"), /is-hover/);
  await page.mouse.move(place.x, place.y);
  await settle(page);
  assert.match(await page.getAttribute(`[data-code="${unit.code}"]`, "class"), /is-hover/);
  assert.ok((await page.textContent(".tooltip")).includes(unit.name));
  await page.close();
});

test("each level has its table and its units on the map", async () => {
  const page = await open();
  for (const level of data.levels) {
    await press(page, "层级", level);
    await settle(page);
    assert.equal((await hash_of(page)).lv, level);
    const [worst] = ranked(level);
    if (worst) {
      assert.equal(await page.locator(".rows-body [data-code]").first().getAttribute("data-code"), worst.code);
      assert.ok(seen(await colours_on_map(page, ramps.gap)) >= 1, `no ${level} is coloured`);
    }
    await shot(page, `1366-level-${level}`);
  }
  const rows = await page.locator(".rows-body .row").count();
  assert.ok(in_level("building").length <= 200 || rows < 80, "the long list is not virtual");
  await page.locator(".rows").focus();
  await page.keyboard.press("End");
  await settle(page);
  assert.ok(await page.locator(".rows-body .is-cursor").isVisible(), "End does not show the last row");
  await page.close();
});

test("each question has its own colours and its own legend", async () => {
  const page = await open();
  for (const question of ["coverage", "risk", ...data.surfaces.map((s) => s.id), "sites", "gap"]) {
    await press(page, "看什么", question);
    await settle(page);
    assert.equal((await hash_of(page)).q, question);
    const legend = await page.textContent(".legend");
    const surface = data.surfaces.find((s) => s.id === question);
    if (ramps[question]) {
      assert.ok(seen(await colours_on_map(page, ramps[question])) >= 2, `${question} is not coloured`);
      assert.ok(legend.includes(data.classes[question].unit.zh) && legend.includes(data.classes[question].note.zh));
    } else if (surface) assert.ok(legend.includes(surface.label.zh) && legend.includes(surface.unit.zh) && legend.includes(surface.note.zh));
    else assert.match(legend, /当周开放/);
    await shot(page, `1366-question-${question}`);
  }
  await page.close();
});

test("the legend counts every unit once", async () => {
  const page = await open();
  for (const question of ["gap", "coverage", "risk"]) {
    await press(page, "看什么", question);
    const counts = await page.$$eval(".legend-rows .num", (cells) => cells.map((cell) => parseInt(cell.textContent, 10)));
    assert.equal(counts.reduce((a, b) => a + b, 0), in_level("village").length);
  }
  await page.close();
});

test("the town filter narrows table, legend and map", async () => {
  const page = await open();
  const town = in_level("town").at(-1);
  const inside = in_level("village").filter((u) => u.town === town.code);
  await page.selectOption("#town", town.code);
  await settle(page);
  assert.equal((await hash_of(page)).t, town.code);
  assert.equal(await page.locator(".rows-body [data-code]").count(), inside.length);
  const counts = await page.$$eval(".legend-rows .num", (cells) => cells.map((cell) => parseInt(cell.textContent, 10)));
  assert.equal(counts.reduce((a, b) => a + b, 0), inside.length);
  await shot(page, "1366-town");
  await page.close();
});

test("the week slider moves coverage back in time and names the week", async () => {
  const page = await open("#q=coverage");
  const now = await colours_on_map(page, ramps.coverage);
  const week = Math.floor(data.weeks.length / 4);
  await page.locator("#week").fill(String(week));
  await settle(page);
  assert.equal((await hash_of(page)).w, data.weeks[week]);
  assert.ok((await page.textContent(".week-words")).includes(data.week_ends[week]));
  assert.ok((await page.textContent(".legend")).includes(data.week_ends[week]));
  const then = await colours_on_map(page, ramps.coverage);
  assert.notDeepEqual(then, now);
  assert.ok(then[ramps.coverage[0]] > now[ramps.coverage[0]], "an earlier week should be lighter");
  await shot(page, "1366-week");
  await page.close();
});

test("the page speaks English when asked", async () => {
  const page = await open();
  await press(page, "语言", "en");
  await settle(page);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.match(await page.textContent("h1"), new RegExp(data.title.en.slice(0, 10)));
  await page.click("text=Show the largest gap");
  await settle(page);
  assert.ok((await page.textContent(".card")).includes(ranked("village")[0].sentence.en));
  await shot(page, "1366-english");
  await page.close();
});

test("the address holds the whole state and brings it back", async () => {
  const page = await open();
  const town = in_level("town")[0];
  await page.selectOption("#town", town.code);
  await press(page, "看什么", "coverage");
  await page.locator("#week").fill("5");
  const [unit] = ranked("village").filter((u) => u.town === town.code);
  await page.click(`[data-code="${unit.code}"]`);
  await page.click("summary:has-text('图层')");
  await page.click(".menu input[data-value='s']");
  await press(page, "语言", "en");
  await settle(page);
  const before_reload = await hash_of(page);
  assert.deepEqual([before_reload.q, before_reload.t, before_reload.w, before_reload.u, before_reload.l], ["coverage", town.code, data.weeks[5], unit.code, "en"]);
  assert.match(before_reload.o, /s/);
  await page.reload();
  await drawn(page);
  await settle(page);
  assert.deepEqual(await hash_of(page), before_reload);
  assert.ok((await page.textContent(".card")).includes(unit.sentence.en));
  assert.equal(await page.inputValue("#town"), town.code);
  await page.close();
});

test("a wrong address is read as the default view", async () => {
  const page = await open("#q=nothing&lv=planet&u=1&t=<b>&w=1999-W99&v=a,b,c&l=xx");
  const hash = await hash_of(page);
  assert.deepEqual([hash.q, hash.lv, hash.l, hash.u, hash.t], ["gap", "village", data.lang, undefined, undefined]);
  await page.close();
});

test("the table works by keyboard alone, and the focus can be seen", async () => {
  const page = await open();
  const order = await page.$$eval(".rows-body [data-code]", (rows) => rows.map((row) => row.getAttribute("data-code")));
  for (let n = 0; n < 40; ++n) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement?.classList.contains("rows"))) break;
  }
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const cursor = page.locator(".rows-body .is-cursor");
  assert.equal(await cursor.getAttribute("data-code"), order[2]);
  assert.equal(await cursor.evaluate((row) => getComputedStyle(row).outlineStyle), "solid");
  await page.keyboard.press("Enter");
  await settle(page);
  assert.equal((await hash_of(page)).u, order[2]);
  await page.close();
});

test("it prints: the map with legend, scale, north, date and denominators, then the table", async () => {
  const page = await open("#q=gap");
  await page.evaluate(() => {
    window.addEventListener("beforeprint", () => {
      const sheet = document.querySelector("#sheet");
      window.printed = { text: sheet.textContent, canvases: sheet.querySelectorAll("canvas").length, rows: sheet.querySelectorAll("tbody tr").length };
    });
  });
  const path = join(shots, "print.pdf");
  await page.pdf({ path, preferCSSPageSize: true, printBackground: true });
  const printed = await page.evaluate(() => window.printed);
  assert.ok(printed.canvases > 0 && statSync(path).size > 50_000);
  assert.ok(printed.rows >= in_level("village").length);
  for (const words of [data.title.zh, data.as_of, data.formula.zh, "EPSG:4490", "km", ...data.parameters.map((p) => p.value.zh)]) assert.ok(printed.text.includes(words), `the sheet lacks "${words}"`);
  assert.equal(await page.locator("#sheet > *").count(), 0, "the sheet is not put away after printing");
  await page.close();
});

test("it holds on a wall screen and on a phone held upright", async () => {
  for (const [name, width, height] of [["1920", 1920, 1080], ["phone", 390, 844]]) {
    const [unit] = ranked("village");
    const page = await open(`#u=${unit.code}`, { width, height });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, `${name} scrolls sideways`);
    await shot(page, `${name}-card`, { fullPage: name === "phone" });
    await page.close();
  }
});

test("text is at least 13 px", async () => {
  const page = await open(`#u=${ranked("village")[0].code}`);
  const small = await page.$$eval("#app *", (elements) => elements.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && parseFloat(getComputedStyle(e).fontSize) < 13).map((e) => e.textContent.slice(0, 30)));
  assert.deepEqual(small, []);
  await page.close();
});

test("the page tells how long its first drawing took", async (t) => {
  const page = await open();
  const ms = await page.evaluate(() => performance.getEntriesByName("gapmap:drawn")[0].startTime);
  assert.ok(ms > 0);
  t.diagnostic(`first drawing after ${ms.toFixed(0)} ms`);
  await page.close();
});

test("no request left the machine and the console stayed silent", () => {
  assert.deepEqual(complaints, []);
});
