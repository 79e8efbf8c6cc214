// What the platform calls a BufferSource, as octets.

/** A buffer, or a view of one. */
export type ByteSource = ArrayBufferLike | ArrayBufferView;

/**
 * A view of exactly the octets that `source` covers; nothing is copied.
 *
 * @throws TypeError when it is neither a buffer nor a view of one
 */
export function asBytes(source: ByteSource): Uint8Array {
  if (source instanceof Uint8Array) return source;
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const tag = Object.prototype.toString.call(source);
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') return new Uint8Array(source);
  throw new TypeError(`expected a buffer or a view of one, not ${source === null ? 'null' : typeof source}`);
}
