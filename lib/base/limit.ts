// A limit that no table of options has: checked by the same rule.

import { limit } from './option-rule.ts';

/**
 * Returns the limit to use: `value`, or `fallback` if it is undefined. `Infinity` lifts it.
 *
 * @throws TypeError when it is no number
 * @throws RangeError when it is not a positive integer or `Infinity`
 */
export function checkedLimit(name: string, value: number | undefined, fallback: number): number {
  return value === undefined ? fallback : limit(fallback).check(value, name, {});
}
