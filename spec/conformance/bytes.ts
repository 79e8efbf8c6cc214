// Makes bytes for the cases from hex, text and patterns.

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** Returns text as UTF-8, and bytes as they are. */
export function utf8(payload: string | Uint8Array): Bytes {
  if (typeof payload === 'string') return new Uint8Array(encoder.encode(payload));
  return payload as Bytes;
}

/** Concatenates the parts in a new buffer. */
export function join(parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Repeats the pattern up to `length` bytes. */
export function fill(pattern: string | Uint8Array, length: number): Bytes {
  const unit = utf8(pattern);
  const filled = new Uint8Array(length);
  filled.set(unit.subarray(0, length));
  for (let done = Math.min(unit.length, length); done < length; done *= 2) {
    filled.copyWithin(done, 0, Math.min(done, length - done));
  }
  return filled;
}

/** Splits bytes into pieces of `size`; the last may be shorter. Empty input is one empty piece. */
export function pieces(whole: Bytes, size: number): Bytes[] {
  const parts: Bytes[] = [];
  for (let at = 0; at < whole.length; at += size) parts.push(whole.subarray(at, at + size));
  return parts.length === 0 ? [whole] : parts;
}
