# What the shell tests of the toolbox share. Sourced after gapmap and root are set.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

# expect NAME CODE TEXT COMMAND...: the exit code, one line on stderr that holds TEXT, and no file left behind in the folder.
expect() {
  local name=$1 code=$2 text=$3
  shift 3
  "$@" >out.txt 2>err.txt
  local got=$?
  [ $got = "$code" ] || fail "$name: exit code $got, expected $code: $(cat err.txt)"
  grep -qF -- "$text" err.txt || fail "$name: stderr lacks '$text': $(cat err.txt)"
  [ "$(wc -l <err.txt)" = 1 ] || fail "$name: expected one line on stderr, got: $(cat err.txt)"
  ls -A | grep -q part && fail "$name: a temporary file was left behind"
}

# json FILE KEY: the value of a top-level key.
json() { sed -E "s/.*\"$2\":(\"[^\"]*\"|\[[^]]*\]|[^,}]*).*/\1/" "$1"; }

# same NAME GOT WANTED TOLERANCE: relative.
same() { awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { d = a - b; if (d < 0) d = -d; m = b < 0 ? -b : b; exit !(d <= t * m) }' || fail "$1: got $2, expected $3"; }

# columns NAME FILE:COLUMN FILE:COLUMN RELATIVE OF_MAX: two numeric columns of two CSV files, row by row; a difference may be RELATIVE
# of the value or OF_MAX of the largest value.
columns() {
  local fa=${2%%:*} ca=${2#*:} fb=${3%%:*} cb=${3#*:}
  paste -d'\t' <(tr -d '\r' <"$fa") <(tr -d '\r' <"$fb") | awk -F'\t' -v ca="$ca" -v cb="$cb" -v rel="$4" -v ofmax="$5" '
    { n = split($1, a, ","); m = split($2, b, ",") }
    NR == 1 { for (k = 1; k <= n; k++) if (a[k] == ca) ia = k; for (k = 1; k <= m; k++) if (b[k] == cb) ib = k; next }
    { x[NR] = a[ia] + 0; y[NR] = b[ib] + 0; if (y[NR] > top) top = y[NR] }
    END {
      if (!ia || !ib || NR < 2) { print "columns not found"; exit 1 }
      for (r = 2; r <= NR; r++) { d = x[r] - y[r]; if (d < 0) d = -d; if (d > rel * y[r] && d > ofmax * top) bad++ }
      if (bad) { print bad " of " NR - 1 " rows differ"; exit 1 }
    }' || fail "$1"
}
