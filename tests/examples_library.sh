#!/usr/bin/env bash
# Installs a build to a folder of its own, builds the examples of the libraries against it, and runs them.
#   tests/examples_library.sh BUILD_DIR SOURCE_DIR
set -euo pipefail
build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/installed" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
test -x "$work/installed/bin/gapmap"
# The same kind of build (sanitizers above all) as the libraries it links.
compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
flags=$(sed -n 's/^CMAKE_CXX_FLAGS:[A-Z]*=//p' "$build/CMakeCache.txt")
for example in 05_library 06_tiles; do
  cmake -G Ninja -S "$source/examples/$example" -B "$work/$example" -DCMAKE_PREFIX_PATH="$work/installed" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >"$work/configure.log" || { cat "$work/configure.log"; exit 1; }
  cmake --build "$work/$example"
done
"$work/05_library/cases_by_village"
"$work/06_tiles/village_tiles" "$work/tiles"
