// The median, quartiles and ratios of several rounds.

export interface Summary {
  readonly median: number;
  /** The first quartile. */
  readonly low: number;
  /** The third quartile. */
  readonly high: number;
}

export function summary(values: readonly number[]): Summary {
  return { median: quantile(values, 0.5), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/**
 * Returns a quantile of the values, interpolated linearly between two of them.
 *
 * @param share - 0 to 1; 0.5 for the median
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const before = Math.floor(place);
  const after = Math.ceil(place);
  return sorted[before]! + (sorted[after]! - sorted[before]!) * (place - before);
}

/** Divides values pairwise, so that figures are compared only within a round. */
export function ratios(dividends: readonly number[], divisors: readonly number[]): number[] {
  return dividends.map((dividend, i) => dividend / divisors[i]!);
}
