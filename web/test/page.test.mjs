// Opens a built portal from file:// in headless Chromium and uses it as a person would (which portal: portal.mjs).
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { colours_on_map, complaints, data, drawn, hash_of, in_level, open, press, ramps, ranked, screen_place, seen, settle, shot, shots, unit_in_sight } from "./portal.mjs";

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

/** How many classes the villages of the data fall in. */
function classes_in_data(question) {
  const { breaks, breaks_by_level } = data.classes[question];
  const reading = (u) => (question === "gap" ? { value: u.gap.score, status: u.gap.status } : u[question]);
  const shown = in_level("village").map(reading).filter((r) => r.status === "ok" && r.value !== null);
  return new Set(shown.map((r) => (breaks_by_level?.village ?? breaks).filter((b) => r.value > b).length)).size;
}

test("each question has its own colours and its own legend", async () => {
  const page = await open();
  for (const question of ["coverage", "risk", ...data.surfaces.map((s) => s.id), "sites", "gap"]) {
    await press(page, "看什么", question);
    await settle(page);
    assert.equal((await hash_of(page)).q, question);
    const legend = await page.textContent(".legend");
    const surface = data.surfaces.find((s) => s.id === question);
    if (ramps[question]) {
      // pooled risks may all lie in one class
      const expected = Math.min(2, classes_in_data(question));
      assert.ok(seen(await colours_on_map(page, ramps[question])) >= expected, `${question} is not coloured`);
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
