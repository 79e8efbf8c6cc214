// `bufferedAmount` of the WebSockets standard: the number of queued bytes of application data.

import { isHighSurrogate } from '../bytes/encode-text.ts';
import { nextTask } from '../streams/next-task.ts';

/** A message that was given to `send`. */
export interface BufferedMessage {
  /** Text whose bytes have not been counted yet. */
  text: string | undefined;
  bytes: number;
}

/** Counts text as UTF-8, but only when the amount is read. A message that is never sent stays in the amount. */
export class BufferedAmount {
  readonly #uncounted = new Set<BufferedMessage>();
  #bytes = 0;
  #sent: BufferedMessage[] = [];

  /** Adds a message: text, or the number of its bytes. */
  add(data: string | number): BufferedMessage {
    if (typeof data === 'number') {
      this.#bytes += data;
      return { text: undefined, bytes: data };
    }
    const message = { text: data, bytes: 0 };
    this.#uncounted.add(message);
    return message;
  }

  /** Removes a sent message from the amount, in a later task: the amount never falls within a task. */
  sent(message: BufferedMessage): void {
    this.#sent.push(message);
    if (this.#sent.length === 1) void nextTask().then(() => this.#takeOut());
  }

  get bytes(): number {
    for (const message of this.#uncounted) {
      message.bytes = utf8Length(message.text!);
      message.text = undefined;
      this.#bytes += message.bytes;
    }
    this.#uncounted.clear();
    return this.#bytes;
  }

  #takeOut(): void {
    for (const message of this.#sent) {
      if (!this.#uncounted.delete(message)) this.#bytes -= message.bytes;
    }
    this.#sent = [];
  }
}

/** Returns the number of bytes of a text in UTF-8; a lone surrogate counts as U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A surrogate pair has two units and four bytes.
    if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) i += 1;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
