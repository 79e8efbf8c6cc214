// Octets ⇄ strings whose characters are octets, as in HTTP heads. TextDecoder cannot: its "latin1" is Windows-1252.

/** The text whose characters are these octets, U+0000 to U+00FF. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}

/** One octet a character, for text that has no character beyond U+00FF. */
export function encodeLatin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, character => character.charCodeAt(0));
}
