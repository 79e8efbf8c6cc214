// Decides whether to compress a message before it reaches the compressor; discarding output would invalidate the window.

/**
 * The default thresholds in bytes, measured with JSON, HTML and text. With takeover 32 bytes become 10 to 23. Without it they
 * grow, 64 bytes shrink very little, and 128 by a tenth to a quarter.
 */
const defaultThreshold = { takeover: 32, none: 128 } as const;

/**
 * Returns whether to compress a message of this length, `Infinity` if it is not known. The choice of a write takes precedence.
 *
 * Do not compress secrets together with data that an attacker can choose, such as a token beside an echoed parameter: the
 * compressed length reveals how similar they are (CRIME, RFC 7692 §8).
 *
 * @param contextTakeover - whether our messages may refer to earlier ones, as negotiated
 */
export function shouldCompress(
  byteLength: number,
  choice: boolean | undefined,
  thresholdBytes: number | undefined,
  contextTakeover: boolean,
): boolean {
  if (choice !== undefined) return choice;
  return byteLength >= (thresholdBytes ?? defaultThreshold[contextTakeover ? 'takeover' : 'none']);
}
