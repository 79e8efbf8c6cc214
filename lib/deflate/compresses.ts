// Whether a message is compressed, decided before the compressor sees it: to change one's mind would cost its window.

import type { DeflateSettings } from './deflate-options.ts';

/**
 * Whether to compress a message of so many octets; `Infinity` where the length is not known. A write's own choice wins.
 *
 * What an attacker can have sent together with a secret, such as an echoed parameter beside a token, should not be
 * compressed: the length tells how alike they are (CRIME, RFC 7692 §8).
 */
export function compresses(
  byteLength: number,
  choice: boolean | undefined,
  settings: Pick<DeflateSettings, 'thresholdBytes'>,
): boolean {
  return choice ?? byteLength >= settings.thresholdBytes;
}
