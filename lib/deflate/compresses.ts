// Whether a message is compressed, decided before the compressor sees it: to change one's mind would cost its window.

/**
 * What is worth compressing by default, measured over JSON, HTML and text. With takeover 32 bytes become 10 to 23;
 * without it they grow, 64 lose next to nothing, and 128 a tenth to a quarter.
 */
const defaultThreshold = { takeover: 32, none: 128 } as const;

/**
 * Whether to compress a message of so many bytes; `Infinity` where the length is not known. A write's own choice wins.
 *
 * What an attacker can have sent together with a secret, such as an echoed parameter beside a token, should not be
 * compressed: the length tells how alike they are (CRIME, RFC 7692 §8).
 *
 * @param contextTakeover - whether our messages may refer to those before them, as was agreed
 */
export function compresses(
  byteLength: number,
  choice: boolean | undefined,
  thresholdBytes: number | undefined,
  contextTakeover: boolean,
): boolean {
  if (choice !== undefined) return choice;
  return byteLength >= (thresholdBytes ?? defaultThreshold[contextTakeover ? 'takeover' : 'none']);
}
