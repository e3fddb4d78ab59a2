# Shared by scripts/demo and scripts/test: steps with times, packages, build. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
started=$SECONDS

# step NAME COMMAND...: runs it, prints its name and how long it took; a failure names the step and stops.
step() {
  local name=$1 from=$SECONDS; shift
  printf '==> %s\n' "$name"
  "$@" || { local code=$?; printf '!!! %s failed (exit %s)\n' "$name" "$code" >&2; exit "$code"; }
  printf '    %s: %s s\n' "$name" $((SECONDS - from))
}

finish() { printf '==> done in %s s\n' $((SECONDS - started)); }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

build_packages=(cmake ninja-build ccache pkg-config g++ ca-certificates
  libgdal-dev libgeos-dev libproj-dev libsqlite3-dev libspatialite-dev libssl-dev libboost-dev
  libfmt-dev nlohmann-json3-dev libcli11-dev libtomlplusplus-dev libtbb-dev librandom123-dev
  libprotozero-dev libdeflate-dev libwebp-dev libexpat1-dev zlib1g-dev libxlsxwriter-dev doctest-dev)
test_packages=(gdal-bin sqlite3 libsqlite3-mod-spatialite chromium fonts-noto-cjk libbenchmark-dev)

# Installs what is missing of the named packages; nothing to do takes no time.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  # Node may come from elsewhere than Debian.
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  if [ ${#missing[@]} = 0 ]; then echo "    all ${#} packages are there"; return; fi
  echo "    installing: ${missing[*]}"
  as_root apt-get -qq -o DPkg::Lock::Timeout=600 update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
    install --no-install-recommends "${missing[@]}" >/dev/null
}

configure() { cmake --preset release -DGAPMAP_TESTS=ON >build-configure.log 2>&1 || { cat build-configure.log; return 1; }; rm -f build-configure.log; }
build() { cmake --build --preset release --target "$@" -- -k 1 | grep -vE '^\[[0-9]+/[0-9]+\] |pragma message' || return "${PIPESTATUS[0]}"; }

gapmap=$root/build/release/gapmap
