// A message of the reference decoder, and the end of its reading.

import { ReferenceUtf8 } from './reference-utf8.ts';

/** A message that is not complete. */
export class Message {
  readonly type: 'text' | 'binary';
  compressed: boolean;
  declaredBytes = 0n;
  fragments = 0;
  readonly bytes: number[] = [];
  readonly utf8: ReferenceUtf8;
  #checked = 0;

  constructor(type: 'text' | 'binary', compressed: boolean, lateSurrogates: boolean) {
    this.type = type;
    this.compressed = compressed;
    this.utf8 = new ReferenceUtf8(lateSurrogates);
  }

  /** Checks the bytes since the last check. */
  checkText(last: boolean): void {
    for (; this.#checked < this.bytes.length; this.#checked++) {
      if (!this.utf8.push(this.bytes[this.#checked]!)) throw new End(1007);
    }
    if (last && !this.utf8.complete) throw new End(1007);
  }
}

/** Thrown to end the reading. */
export class End {
  readonly closeCode: number;
  readonly contested: true | undefined;

  constructor(closeCode: number, contested?: true) {
    this.closeCode = closeCode;
    this.contested = contested;
  }
}
