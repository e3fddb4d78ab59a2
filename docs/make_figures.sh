#!/usr/bin/env bash
# Makes docs/images/*.png again from a run of the demo county.
#   docs/make_figures.sh [GAPMAP]     GAPMAP: the program (default: build/release/gapmap, else gapmap of the PATH)
# Needs: the program, Node with the packages of web/ (npm ci), Chromium, a Chinese font (fonts-noto-cjk).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
gapmap=${1:-$root/build/release/gapmap}
[ -x "$gapmap" ] || gapmap=$(command -v gapmap) || { echo "no gapmap program: build it, or name it as the first argument" >&2; exit 1; }
[ -d "$root/web/node_modules/playwright-core" ] || (cd "$root/web" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$gapmap" demo "$work/county" >/dev/null
"$gapmap" run -p "$work/county" --progress never >/dev/null
node "$root/docs/figures.mjs" "$work/county/out/portal/index.html" "$root/docs/images"
