// What the platform calls a BufferSource, as bytes.

/** A buffer, or a view of one. */
export type ByteSource = ArrayBufferLike | ArrayBufferView;

/**
 * A plain view of exactly the bytes that `source` covers; nothing is copied. Subclasses are looked through: what
 * Node's Buffer gives as a slice is no copy.
 *
 * @throws TypeError when it is neither a buffer nor a view of one
 */
export function asBytes(source: ByteSource): Uint8Array {
  if (source instanceof Uint8Array && source.constructor === Uint8Array) return source;
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (isBuffer(source)) return new Uint8Array(source);
  throw new TypeError(`expected a buffer or a view of one, not ${source === null ? 'null' : typeof source}`);
}

/** Whether the value is a buffer or a view of one, of whichever realm. */
export function isByteSource(value: unknown): value is ByteSource {
  return ArrayBuffer.isView(value) || isBuffer(value);
}

type Getter = () => number;

const lengthOf = (type: { readonly prototype: object } | undefined): Getter | undefined =>
  type && Object.getOwnPropertyDescriptor(type.prototype, 'byteLength')?.get;

/** Some hosts have no SharedArrayBuffer. */
const lengths = [lengthOf(globalThis.ArrayBuffer), lengthOf(globalThis.SharedArrayBuffer)];

/** By what the value is, not by what it says of itself: a tag can be forged. */
function isBuffer(value: unknown): value is ArrayBufferLike {
  return typeof value === 'object' && value !== null && lengths.some(length => answers(length, value));
}

function answers(length: Getter | undefined, value: object): boolean {
  try {
    return length !== undefined && Reflect.apply(length, value, []) >= 0;
  } catch {
    return false;
  }
}
