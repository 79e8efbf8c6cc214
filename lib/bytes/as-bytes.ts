// The platform's BufferSource as bytes.

import { described } from '../base/described.ts';

/** A buffer, or a view of one. */
export type ByteSource = ArrayBufferLike | ArrayBufferView;

/**
 * Returns a plain view of exactly the bytes of `source`, without a copy. Subclasses such as Node's `Buffer` are converted
 * to plain `Uint8Array`s, because `Buffer.prototype.slice` does not copy.
 *
 * @throws TypeError if it is neither a buffer nor a view of one
 */
export function asBytes(source: ByteSource): Uint8Array {
  if (source instanceof Uint8Array && source.constructor === Uint8Array) return source;
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (isBuffer(source)) return new Uint8Array(source);
  throw new TypeError(`expected a buffer or a view of one (got ${described(source)})`);
}

/** Whether the value is a buffer or a view of one, of any realm. */
export function isByteSource(value: unknown): value is ByteSource {
  return ArrayBuffer.isView(value) || isBuffer(value);
}

type Getter = () => number;

const lengthOf = (type: { readonly prototype: object } | undefined): Getter | undefined =>
  type && Object.getOwnPropertyDescriptor(type.prototype, 'byteLength')?.get;

/** The getters of `byteLength`. Some hosts have no SharedArrayBuffer. */
const lengthGetters = [lengthOf(globalThis.ArrayBuffer), lengthOf(globalThis.SharedArrayBuffer)];

/** Checks internal slots, because a tag can be forged. */
function isBuffer(value: unknown): value is ArrayBufferLike {
  return typeof value === 'object' && value !== null && lengthGetters.some(getter => accepts(getter, value));
}

function accepts(getter: Getter | undefined, value: object): boolean {
  try {
    return getter !== undefined && Reflect.apply(getter, value, []) >= 0;
  } catch {
    return false;
  }
}
