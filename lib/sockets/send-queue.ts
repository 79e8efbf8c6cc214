// The writable side of a socket: messages are taken, copied and queued while `write()` is called, so that later changes
// do no harm, a Close follows whatever was written before it, and small messages can leave together.

import { Fifo } from '../base/fifo.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import { maxHeaderBytes } from '../frames/frame-header.ts';
import { WritableStream } from '../streams/platform.ts';

/** What the application writes. */
export type OutgoingMessage = string | ByteSource;

/** Who sends what is written. */
export interface Sender {
  /** Takes a message, and tells when it has been sent; false: it is dropped, since the closing has begun. */
  send(message: OutgoingText | OutgoingBinary, onSent: () => void): boolean;
  /** The application has closed the writable; what it returns settles the close. */
  close(): Promise<void>;
  abort(reason: unknown): void;
}

/** A write that waits for its last frame to reach the duplex. */
interface Write {
  readonly reject: (error: unknown) => void;
}

/** So much may be written before `ready` waits: octets of binary, three for each UTF-16 unit of text, and a header. */
const highWaterMark = 65_536;

/** A writable of messages in front of a sender. */
export class SendQueue {
  readonly writable: WritableStream<OutgoingMessage>;
  readonly #sender: Sender;
  /** What the stream asks for in its turn, and what is still to be sent. */
  readonly #turns = new Fifo<Promise<void>>();
  readonly #unsent = new Set<Write>();
  #controller!: WritableStreamDefaultController;

  constructor(sender: Sender) {
    this.#sender = sender;
    this.writable = new WritableStream<OutgoingMessage>(
      {
        start: controller => {
          this.#controller = controller;
          // The stream itself would wait for the write that is under way.
          controller.signal.addEventListener('abort', () => this.#abort(controller.signal.reason));
        },
        write: () => this.#turns.shift(),
        close: () => sender.close(),
      },
      // The size is asked for once a chunk, in order, inside the call of write(): the only moment to copy it.
      { highWaterMark, size: chunk => this.#accept(chunk) },
    );
  }

  /** Nothing can be sent any more: writes that wait fail, and so do later ones. */
  fail(error: unknown): void {
    this.#controller.error(error);
    this.#rejectUnsent(error);
  }

  #abort(reason: unknown): void {
    this.#sender.abort(reason);
    this.#rejectUnsent(reason);
  }

  #rejectUnsent(error: unknown): void {
    for (const { reject } of this.#unsent) reject(error);
    this.#unsent.clear();
  }

  #accept(chunk: OutgoingMessage): number {
    if (this.#controller.signal.aborted) return 0;
    try {
      const message = toMessage(chunk);
      this.#turns.push(this.#send(message));
      const { data } = message;
      return maxHeaderBytes + (typeof data === 'string' ? 3 * data.length : data.byteLength);
    } catch (error) {
      const failed = Promise.reject(error);
      failed.catch(() => {});
      this.#turns.push(failed);
      return 0;
    }
  }

  #send(message: OutgoingText | OutgoingBinary): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      const write = { reject };
      const onSent = () => {
        this.#unsent.delete(write);
        resolve();
      };
      if (this.#sender.send(message, onSent)) this.#unsent.add(write);
      else resolve();
    });
    sent.catch(() => {});
    return sent;
  }
}

/** Buffers and views are copied; anything else becomes a string, as on the platform. */
function toMessage(chunk: unknown): OutgoingText | OutgoingBinary {
  if (typeof chunk === 'string') return { type: 'text', data: chunk };
  if (isByteSource(chunk)) return { type: 'binary', data: new Uint8Array(asBytes(chunk)) };
  return { type: 'text', data: `${chunk}` };
}
