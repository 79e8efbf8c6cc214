// Converts WebIDL's BufferSource, without [AllowShared] and [AllowResizable], to bytes. Internal slots decide, as on the
// platform: an object that only looks like a buffer is rejected.

type Getter = (this: unknown) => unknown;

const getter = (name: string) =>
  Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, name)?.get as Getter | undefined;
const byteLengthOf = getter('byteLength')!;
/** The getter of `resizable`; `undefined` in engines older than 2023. */
const resizableOf = getter('resizable');

/**
 * Returns a plain view of exactly the bytes of a buffer or a view; `undefined` for any other value.
 *
 * @throws TypeError for a resizable buffer, and for a view of a resizable or a shared one
 */
export function bufferSource(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (ArrayBuffer.isView(value)) {
    if (!isArrayBuffer(value.buffer)) throw new TypeError('data must not be a view of a SharedArrayBuffer');
    return new Uint8Array(ofFixedLength(value.buffer), value.byteOffset, value.byteLength);
  }
  return isArrayBuffer(value) ? new Uint8Array(ofFixedLength(value)) : undefined;
}

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== 'object' || value === null) return false;
  try {
    byteLengthOf.call(value);
    return true;
  } catch {
    return false;
  }
}

function ofFixedLength(buffer: ArrayBuffer): ArrayBuffer {
  if (resizableOf?.call(buffer) === true) throw new TypeError('data must not be in a resizable ArrayBuffer');
  return buffer;
}
