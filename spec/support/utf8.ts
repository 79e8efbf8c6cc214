// Encodes texts.

const encoder = new TextEncoder();

/** Returns the bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}
