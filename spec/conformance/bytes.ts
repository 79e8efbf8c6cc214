// Bytes for the cases: from hex, from text, and from patterns.

export type Bytes = Uint8Array<ArrayBuffer>;

/** Returns the bytes of a hex string, which may contain blanks. */
export function fromHex(hex: string): Bytes {
  const digits = hex.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new SyntaxError(`no hex: ${hex}`);
  return Uint8Array.from(digits.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}

const encoder = new TextEncoder();

/** Returns text as UTF-8, and bytes as they are. */
export function utf8(payload: string | Uint8Array): Bytes {
  if (typeof payload === 'string') return new Uint8Array(encoder.encode(payload));
  return payload as Bytes;
}

/** Returns the parts one after the other, in a buffer of their own. */
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

/** Cuts the whole into pieces of `size`. The last may be shorter, and no bytes are one empty piece. */
export function pieces(whole: Bytes, size: number): Bytes[] {
  const cut: Bytes[] = [];
  for (let at = 0; at < whole.length; at += size) cut.push(whole.subarray(at, at + size));
  return cut.length === 0 ? [whole] : cut;
}
