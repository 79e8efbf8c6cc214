// Octets ⇄ strings whose characters are octets, as in HTTP heads. TextDecoder cannot: its "latin1" is Windows-1252.

/** How many arguments one call takes: far below the stack of every engine. */
const step = 4096;

/** The text whose characters are these octets, U+0000 to U+00FF. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += step) {
    text += String.fromCharCode(...bytes.subarray(at, at + step));
  }
  return text;
}

/** One octet a character. Of characters beyond U+00FF the low octet stays: the caller has refused them. */
export function encodeLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
