// UTF-8 as the WHATWG Encoding Standard decodes it, octet by octet: slow, and plain enough to be believed.

/** One text. */
export class ReferenceUtf8 {
  #needed = 0;
  #lower = 0x80;
  #upper = 0xbf;
  #codePoint = 0;
  /** The characters that are complete. */
  text = '';

  /** Whether no character is under way. */
  get complete(): boolean {
    return this.#needed === 0;
  }

  /** Takes the next octet; false: no UTF-8 has it here. */
  push(octet: number): boolean {
    if (this.#needed === 0) return this.#begin(octet);
    if (octet < this.#lower || octet > this.#upper) return false;
    this.#lower = 0x80;
    this.#upper = 0xbf;
    this.#codePoint = this.#codePoint * 64 + (octet & 0x3f);
    this.#needed -= 1;
    if (this.#needed === 0) this.text += String.fromCodePoint(this.#codePoint);
    return true;
  }

  #begin(octet: number): boolean {
    if (octet < 0x80) this.text += String.fromCodePoint(octet);
    else if (octet >= 0xc2 && octet <= 0xdf) this.#expect(1, octet & 0x1f);
    else if (octet >= 0xe0 && octet <= 0xef) {
      this.#expect(2, octet & 0x0f);
      if (octet === 0xe0) this.#lower = 0xa0;
      if (octet === 0xed) this.#upper = 0x9f;
    } else if (octet >= 0xf0 && octet <= 0xf4) {
      this.#expect(3, octet & 0x07);
      if (octet === 0xf0) this.#lower = 0x90;
      if (octet === 0xf4) this.#upper = 0x8f;
    } else return false;
    return true;
  }

  #expect(octets: number, bits: number): void {
    this.#needed = octets;
    this.#codePoint = bits;
  }
}
