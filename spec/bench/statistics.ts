// Figures of several rounds: the middle, and how far they spread.

export interface Summary {
  readonly median: number;
  /** A quarter of the values is below. */
  readonly low: number;
  /** A quarter of the values is above. */
  readonly high: number;
}

export function summary(values: readonly number[]): Summary {
  return { median: quantile(values, 0.5), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/**
 * Returns the value below which that share of all values lies, between two neighbours in proportion.
 *
 * @param share - 0 to 1
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const before = Math.floor(place);
  const after = Math.ceil(place);
  return sorted[before]! + (sorted[after]! - sorted[before]!) * (place - before);
}

/** The quotients of values in the same places: figures of one round are compared with each other only. */
export function ratios(dividends: readonly number[], divisors: readonly number[]): number[] {
  return dividends.map((dividend, i) => dividend / divisors[i]!);
}
