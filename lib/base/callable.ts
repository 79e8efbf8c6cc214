// How every option that is called is checked: once, before anything is sent.

/**
 * The value, a function if it is there at all.
 *
 * @throws TypeError when it is anything else
 */
export function checkedFunction<Value>(name: string, value: Value): Value {
  if (value === undefined || typeof value === 'function') return value;
  throw mismatch(name, 'a function', value);
}

/**
 * The value, an `AbortSignal` of any realm if it is there at all.
 *
 * @throws TypeError when it is anything else
 */
export function checkedSignal(name: string, value: AbortSignal | undefined): AbortSignal | undefined {
  if (value === undefined || typeof value?.addEventListener === 'function') return value;
  throw mismatch(name, 'an AbortSignal', value);
}

function mismatch(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, not ${value === null ? 'null' : typeof value}`);
}
