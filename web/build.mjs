// Builds dist/{index.html, page.js, page.css}: a classic script and a style sheet that open from file://.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

/** The npm packages whose code is in the bundle, by name. */
function bundled_packages(metafile) {
  const names = new Set();
  for (const path of Object.keys(metafile.inputs)) {
    const match = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (match) names.add(match[1]);
  }
  return [...names].sort();
}

/** The licence texts that a copy of the bundle must carry. */
function licences(names) {
  return names.map((name) => {
    const root = join(here, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const file = ["LICENSE.md", "LICENSE", "LICENSE.txt", "license"].map((f) => join(root, f)).find(existsSync);
    const text = file ? readFileSync(file, "utf8").trim().replaceAll("*/", "* /") : "see its package.json";
    return `${name} ${version}\n${text}`;
  }).join("\n\n");
}

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: ["chrome87", "edge88", "firefox78"],
};
const script = { ...common, entryPoints: ["src/page.ts"], format: "iife", metafile: true };

const probe = await build({ ...script, write: false });
const footer = { js: `/*! Contains:\n\n${licences(bundled_packages(probe.metafile))}\n*/` };

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({ ...script, footer, outfile: join(dist, "page.js") });
await build({ ...common, entryPoints: ["src/styles/page.css"], outfile: join(dist, "page.css") });
copyFileSync(join(here, "src", "index.html"), join(dist, "index.html"));
