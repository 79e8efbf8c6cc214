// Decodes UTF-8 across any cut, and fails at the first invalid byte: RFC 3629 as RFC 6455 §8.1 requires.

/** The number of parts that are joined at a time. Engines store concatenated strings as ropes, with up to 90 bytes per node. */
const maxTailParts = 256;

/** A rope with more characters per node is not flattened: that takes linear time, and saves almost no memory. */
const charactersPerNode = 256;

/** The shortest chunk that tells whether the text is ASCII. A shorter one may just be the end of a message. */
const minSampleBytes = 128;

const strict = { fatal: true, ignoreBOM: true };

/** A decoder that is fast for ASCII. It keeps nothing between whole texts, so all `Utf8Decoder`s share it. */
const asciiDecoder = new TextDecoder('utf-8', strict);

/**
 * A decoder that is fast for other text, also shared. In Node 20 and 22, a decoder that has decoded a part uses another
 * implementation from then on: twice as fast for non-ASCII text, six times as slow for ASCII. Elsewhere both are the same.
 */
let otherDecoder: TextDecoder | undefined;

function createOtherDecoder(): TextDecoder {
  const decoder = new TextDecoder('utf-8', strict);
  decoder.decode(new Uint8Array(0), { stream: true });
  return decoder;
}

/** Decodes one text after another, each whole or in parts. A BOM is a character like any other. */
export class Utf8Decoder {
  #parts: TextDecoder | undefined;
  /** Whether the decoder of parts may hold the start of a character. */
  #pending = false;
  /** Whether the last text was ASCII, so that the next one probably is. */
  #ascii = true;

  /**
   * Returns the text of `bytes`.
   *
   * @throws TypeError if it is not UTF-8
   */
  decode(bytes: Uint8Array): string {
    const decoder =
      this.#ascii || bytes.length < minSampleBytes ? asciiDecoder : (otherDecoder ??= createOtherDecoder());
    return this.#noted(decoder.decode(bytes), bytes);
  }

  /**
   * Returns the characters that this part of a text completes; `last` ends the text.
   *
   * @throws TypeError at the first byte that cannot be UTF-8; do not use the decoder afterwards
   */
  decodePart(bytes: Uint8Array, last: boolean): string {
    if (bytes.length === 0 && !(last && this.#pending)) return '';
    const endsInAscii = bytes.length === 0 || bytes.at(-1)! < 0x80;
    if (this.#ascii && endsInAscii && !this.#pending) return this.#noted(asciiDecoder.decode(bytes), bytes);
    this.#parts ??= createOtherDecoder();
    const text = this.#parts.decode(bytes, { stream: !last });
    this.#pending = !last && !endsInAscii;
    return this.#noted(text, bytes);
  }

  #noted(text: string, bytes: Uint8Array): string {
    const ascii = text.length === bytes.length;
    if (!ascii || bytes.length >= minSampleBytes) this.#ascii = ascii;
    return text;
  }
}

const lastRead = { unit: 0 };

/**
 * Joins the characters of a text that arrives in parts. No call takes time for more than its part and 65,536 characters:
 * the text remains a rope of pieces of at least 256 characters, which the engine flattens when the text is used.
 */
export class StringCollector {
  #text = '';
  /** The latest parts, which are too small to be pieces. */
  #tail = '';
  #tailParts = 0;

  append(characters: string): void {
    this.#tail += characters;
    this.#tailParts += 1;
    if (this.#tailParts === maxTailParts) this.#endPiece();
  }

  /** Returns all characters, and empties the collector. */
  take(): string {
    this.#endPiece();
    const taken = this.#text;
    this.#text = '';
    return taken;
  }

  #endPiece(): void {
    // Reading a character makes the engine flatten the rope. The result is stored so that the optimizer keeps the read.
    if (this.#tail.length < this.#tailParts * charactersPerNode) lastRead.unit = this.#tail.charCodeAt(0);
    this.#text += this.#tail;
    this.#tail = '';
    this.#tailParts = 0;
  }
}
