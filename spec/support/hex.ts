// Octets as they are written down.

/** `'8101 61'` as three octets. */
export function unhex(digits: string): Uint8Array<ArrayBuffer> {
  const pairs = digits.replaceAll(' ', '').match(/../g) ?? [];
  return Uint8Array.from(pairs, pair => Number.parseInt(pair, 16));
}

/** The octets in lower-case digits without spaces. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, octet => octet.toString(16).padStart(2, '0')).join('');
}
