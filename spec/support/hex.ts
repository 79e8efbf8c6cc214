// Bytes as they are written down. Specs write megabytes this way, so plain loops.

const digitsOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Of a digit by its character code: the letters, of either case, have 64 in it. */
const digitValue = (code: number): number => (code & 15) + (code >> 6) * 9;

/** `'8101 61'` as three bytes. */
export function unhex(digits: string): Uint8Array<ArrayBuffer> {
  const dense = digits.includes(' ') ? digits.replaceAll(' ', '') : digits;
  const bytes = new Uint8Array(dense.length >> 1);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitValue(dense.charCodeAt(2 * i)) << 4) | digitValue(dense.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** The bytes in lower-case digits without spaces. */
export function hex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += digitsOf[byte];
  return digits;
}
