// Checks of options that hold a function or a signal.

import { described } from './described.ts';

/**
 * Returns `value` if it is a function or `undefined`.
 *
 * @throws TypeError if it is anything else
 */
export function checkedFunction<Value>(name: string, value: Value): Value {
  if (value === undefined || typeof value === 'function') return value;
  throw mismatch(name, 'a function', value);
}

/**
 * Returns `value` if it is an `AbortSignal` of any realm, or `undefined`.
 *
 * @throws TypeError if it is anything else
 */
export function checkedSignal(name: string, value: AbortSignal | undefined): AbortSignal | undefined {
  if (value === undefined || typeof value?.addEventListener === 'function') return value;
  throw mismatch(name, 'an AbortSignal', value);
}

function mismatch(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${expected} (got ${described(value)})`);
}
