// Converts between bytes and hex digits. Specs convert megabytes, so it uses plain loops.

const digitsOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Returns the value of a hex digit by its character code, or `NaN`. */
function digitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : NaN;
}

/**
 * Returns the bytes of hex digits, such as three for `'8101 61'`. `61*5` stands for five bytes 61.
 * @throws if there is anything but digits, or the digits end inside a byte
 */
export function fromHex(digits: string): Uint8Array<ArrayBuffer> {
  const repeated = digits.includes('*')
    ? digits.replace(/([0-9a-f]{2})\*(\d+)/g, (_, byte: string, times: string) => byte.repeat(Number(times)))
    : digits;
  const dense = repeated.includes(' ') ? repeated.replaceAll(' ', '') : repeated;
  if (dense.length % 2 !== 0) throw new Error(`hex must end with a whole byte (got ${dense.length} digits)`);
  const bytes = new Uint8Array(dense.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const value = digitValue(dense.charCodeAt(2 * i)) * 16 + digitValue(dense.charCodeAt(2 * i + 1));
    if (Number.isNaN(value)) throw new Error(`hex must be digits (got "${dense.slice(2 * i, 2 * i + 2)}")`);
    bytes[i] = value;
  }
  return bytes;
}

/** Returns the bytes as lower-case digits without spaces. */
export function hex(bytes: Iterable<number>): string {
  let digits = '';
  for (const byte of bytes) digits += digitsOf[byte];
  return digits;
}
