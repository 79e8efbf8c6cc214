// UTF-8 to strings across any cut, failing at the earliest bad byte: RFC 3629 as RFC 6455 §8.1 asks for it.

/** Engines keep joined strings as trees, up to 90 bytes a joint and its part. So many joints wait for each other. */
const fewJoints = 256;

/** A tree of more characters a joint stays as it is: flattening costs linear time, and saves next to nothing. */
const charactersAJoint = 256;

/** Fewer bytes make no difference, and do not tell what will follow: they may be the end of anything. */
const tellingBytes = 128;

const strict = { fatal: true, ignoreBOM: true };

/** Keeps nothing from one whole text to the next, so that all decoders can share it, as the one below. */
const narrow = new TextDecoder('utf-8', strict);

/**
 * In Node 20 and 22 a decoder that has decoded a part takes another way from then on: beyond ASCII twice as fast as the
 * first, within ASCII six times as slow. Elsewhere there is no difference.
 */
let wide: TextDecoder | undefined;

function wideDecoder(): TextDecoder {
  const decoder = new TextDecoder('utf-8', strict);
  decoder.decode(new Uint8Array(0), { stream: true });
  return decoder;
}

/** Decodes one text after another, each whole or in parts. A BOM is a character like any other. */
export class Utf8Decoder {
  #parts: TextDecoder | undefined;
  /** Whether the decoder of parts may hold the beginning of a character. */
  #pending = false;
  /** Whether what came last was ASCII, and so what comes next will be. */
  #ascii = true;

  /**
   * The text of `bytes`, all of it.
   *
   * @throws TypeError when it is not UTF-8
   */
  decode(bytes: Uint8Array): string {
    const decoder = this.#ascii || bytes.length < tellingBytes ? narrow : (wide ??= wideDecoder());
    return this.#noted(decoder.decode(bytes), bytes);
  }

  /**
   * The characters that the next part of a text completes; `last` ends the text.
   *
   * @throws TypeError at the earliest byte that no UTF-8 could have; the decoder is spent then
   */
  decodePart(bytes: Uint8Array, last: boolean): string {
    if (bytes.length === 0 && !(last && this.#pending)) return '';
    const endsInAscii = bytes.length === 0 || bytes.at(-1)! < 0x80;
    if (this.#ascii && endsInAscii && !this.#pending) return this.#noted(narrow.decode(bytes), bytes);
    this.#parts ??= wideDecoder();
    const text = this.#parts.decode(bytes, { stream: !last });
    this.#pending = !last && !endsInAscii;
    return this.#noted(text, bytes);
  }

  #noted(text: string, bytes: Uint8Array): string {
    const ascii = text.length === bytes.length;
    if (!ascii || bytes.length >= tellingBytes) this.#ascii = ascii;
    return text;
  }
}

const lastLook = { unit: 0 };

/**
 * Joins the characters of a text that comes in parts. No call works on more than its part and 65,536 characters: the
 * text stays a tree of pieces of 256 characters or more, which the engine flattens when the text is used.
 */
export class StringCollector {
  #text = '';
  /** The latest parts, which are too small to be pieces. */
  #tail = '';
  #joints = 0;

  append(characters: string): void {
    this.#tail += characters;
    this.#joints += 1;
    if (this.#joints === fewJoints) this.#endPiece();
  }

  /** All characters; the collector is empty again. */
  take(): string {
    this.#endPiece();
    const taken = this.#text;
    this.#text = '';
    return taken;
  }

  #endPiece(): void {
    // A look into a tree makes the engine flatten it. The optimizer would leave out a look whose result is not used.
    if (this.#tail.length < this.#joints * charactersAJoint) lastLook.unit = this.#tail.charCodeAt(0);
    this.#text += this.#tail;
    this.#tail = '';
    this.#joints = 0;
  }
}
