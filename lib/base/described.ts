// Describes a value for an error message.

import { onOneLine } from './printable.ts';

/** Describes a value on one line, such as `"10"`, `10`, `null`, `an array`. Long text is cut. */
export function described(value: unknown): string {
  if (typeof value === 'string') {
    // JSON leaves the control characters from U+007F to U+009F.
    return onOneLine(JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value));
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
