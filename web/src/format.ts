// Numbers as people read them.

/** Decimals that give a column about three significant digits at its largest value. */
export function decimals_for(values: (number | null)[]): number {
  let largest = 0;
  for (const v of values) if (v !== null && Math.abs(v) > largest) largest = Math.abs(v);
  if (largest === 0) return 1;
  return Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(largest))));
}

const fixed = new Map<number, Intl.NumberFormat>();

export function number(value: number, decimals = 0): string {
  let format = fixed.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    fixed.set(decimals, format);
  }
  return format.format(value);
}

/** A bound of a class: as many digits as it has, at most four. */
export function bound(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 }).format(value);
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
