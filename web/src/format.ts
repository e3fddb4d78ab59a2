// Numbers as people read them.

/** Decimals that give a column about three significant digits at its largest value. */
export function decimals_for(values: (number | null)[]): number {
  let largest = 0;
  for (const v of values) if (v !== null && Math.abs(v) > largest) largest = Math.abs(v);
  if (largest === 0) return 1;
  return Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(largest))));
}

/** Written out by hand: the first Intl.NumberFormat of a page costs more time than all of its rows. */
export function number(value: number, decimals = 0): string {
  const [whole = "", rest] = value.toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** A bound of a class: as many digits as it has, at most four decimals. */
export function bound(value: number): string {
  const text = value.toFixed(4).replace(/\.?0+$/, "");
  return number(Number(text), text.split(".")[1]?.length ?? 0);
}

export function percent(value: number): string {
  return `${number(value * 100, 1)}%`;
}

export function fraction(numerator: number, denominator: number): string {
  return `${count(numerator)} / ${number(denominator)}`;
}

/** A count; one decimal where it is not whole (decayed households). */
export function count(value: number): string {
  return number(value, Number.isInteger(value) ? 0 : 1);
}
