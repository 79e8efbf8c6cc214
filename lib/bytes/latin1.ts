// Bytes ⇄ strings whose characters are bytes, as in HTTP heads. TextDecoder cannot: its "latin1" is Windows-1252.

/** Returns the text whose characters are these bytes, U+0000 to U+00FF. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Returns a byte for each character, for text that has no character above U+00FF. */
export function encodeLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
