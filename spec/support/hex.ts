// Converts between bytes and hex digits. Specs convert megabytes, so it uses plain loops.

const digitsOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Returns the value of a hex digit by its character code: letters of either case have bit 6 set. */
const digitValue = (code: number): number => (code & 15) + (code >> 6) * 9;

/** Returns the bytes of hex digits, such as three for `'8101 61'`. @throws if the digits end inside a byte. */
export function unhex(digits: string): Uint8Array<ArrayBuffer> {
  const dense = digits.includes(' ') ? digits.replaceAll(' ', '') : digits;
  if (dense.length % 2 !== 0) throw new Error(`hex must end with a whole byte (got ${dense.length} digits)`);
  const bytes = new Uint8Array(dense.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitValue(dense.charCodeAt(2 * i)) << 4) | digitValue(dense.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** Returns the bytes as lower-case digits without spaces. */
export function hex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += digitsOf[byte];
  return digits;
}
