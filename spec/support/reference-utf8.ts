// Decodes UTF-8 byte by byte as the WHATWG Encoding Standard describes, slowly and plainly.

/** Decodes one text. */
export class ReferenceUtf8 {
  readonly #lateSurrogates: boolean;
  #needed = 0;
  #lower = 0x80;
  #upper = 0xbf;
  #codePoint = 0;
  /** The complete characters. */
  text = '';

  /** @param lateSurrogates - rejects a surrogate at its third byte, as Python does, instead of its second */
  constructor(lateSurrogates = false) {
    this.#lateSurrogates = lateSurrogates;
  }

  /** True if no character is incomplete. */
  get complete(): boolean {
    return this.#needed === 0;
  }

  /** Takes the next byte. Returns false if it is invalid here. */
  push(byte: number): boolean {
    if (this.#needed === 0) return this.#begin(byte);
    if (byte < this.#lower || byte > this.#upper) return false;
    this.#lower = 0x80;
    this.#upper = 0xbf;
    this.#codePoint = this.#codePoint * 64 + (byte & 0x3f);
    this.#needed -= 1;
    if (this.#codePoint >= 0xd800 && this.#codePoint <= 0xdfff && this.#needed === 0) return false;
    if (this.#needed === 0) this.text += String.fromCodePoint(this.#codePoint);
    return true;
  }

  #begin(byte: number): boolean {
    if (byte < 0x80) this.text += String.fromCodePoint(byte);
    else if (byte >= 0xc2 && byte <= 0xdf) this.#expect(1, byte & 0x1f);
    else if (byte >= 0xe0 && byte <= 0xef) {
      this.#expect(2, byte & 0x0f);
      if (byte === 0xe0) this.#lower = 0xa0;
      if (byte === 0xed && !this.#lateSurrogates) this.#upper = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      this.#expect(3, byte & 0x07);
      if (byte === 0xf0) this.#lower = 0x90;
      if (byte === 0xf4) this.#upper = 0x8f;
    } else return false;
    return true;
  }

  #expect(byteLength: number, bits: number): void {
    this.#needed = byteLength;
    this.#codePoint = bits;
  }
}
