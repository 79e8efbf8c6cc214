// The writable side of a socket: messages are taken, copied and queued while `write()` is called, so that later changes
// do no harm, a Close follows whatever was written before it, and small messages can leave together.

import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import { Slab } from '../bytes/slab.ts';
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

/** So much may be written before `ready` waits: octets of binary, three for each UTF-16 unit of text, and a header. */
const highWaterMark = 65_536;

/** Small messages of all sockets share memory, while they leave at once. */
const shared = new Slab();

/** The write whose turn has come, while its message has not been sent. */
interface Turn {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A writable of messages in front of a sender. */
export class SendQueue {
  readonly writable: WritableStream<OutgoingMessage>;
  readonly #sender: Sender;
  /** For those that wait behind another, while there are any. */
  #slab: Slab | undefined;
  #controller!: WritableStreamDefaultController;
  /** How many messages the sender has taken, how many of them it has sent, and how many writes have had their turn. */
  #taken = 0;
  #sent = 0;
  #turns = 0;
  /** A write that waits, in its turn, for the sender. */
  #waiting: Turn | undefined;
  #closeAsked = false;
  /** Why what was written after the messages taken cannot be sent. */
  #refusal: { readonly error: unknown } | undefined;

  constructor(sender: Sender) {
    this.#sender = sender;
    this.writable = new WritableStream<OutgoingMessage>(
      {
        start: controller => {
          this.#controller = controller;
          // The stream itself would wait for the write that is under way.
          controller.signal.addEventListener('abort', () => this.#abort(controller.signal.reason));
        },
        write: () => this.#turn(),
        close: () => sender.close(),
      },
      // The size is asked for once a chunk, in order, inside the call of write(): the only moment to copy it.
      { highWaterMark, size: chunk => this.#accept(chunk) },
    );
    watchClose(this.writable, () => (this.#closeAsked = true));
  }

  /** Nothing can be sent any more: writes that wait fail, and so do later ones. */
  fail(error: unknown): void {
    this.#controller.error(error);
    this.#waiting?.reject(error);
  }

  #abort(reason: unknown): void {
    this.#sender.abort(reason);
    this.#waiting?.reject(reason);
  }

  #accept(chunk: OutgoingMessage): number {
    if (this.#closeAsked || this.#controller.signal.aborted || this.#refusal !== undefined) return 0;
    try {
      const message = toMessage(chunk, this.#slabNow());
      if (this.#sender.send(message, this.#onSent)) this.#taken += 1;
      const { data } = message;
      return maxHeaderBytes + (typeof data === 'string' ? 3 * data.length : data.byteLength);
    } catch (error) {
      this.#refusal = { error };
      return 0;
    }
  }

  /** What waits may wait for long, while other sockets send: it would pin what they have sent. */
  #slabNow(): Slab {
    if (this.#taken > this.#sent) return (this.#slab ??= new Slab());
    this.#slab = undefined;
    return shared;
  }

  readonly #onSent = (): void => {
    this.#sent += 1;
    if (this.#sent >= this.#turns) this.#waiting?.resolve();
  };

  /** Writes have their turns one by one: one that was dropped, since the closing had begun, does not wait. */
  #turn(): Promise<void> | undefined {
    this.#turns += 1;
    if (this.#turns > this.#taken) {
      if (this.#refusal !== undefined) throw this.#refusal.error;
      return undefined;
    }
    if (this.#turns <= this.#sent) return undefined;
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }
}

/** Buffers and views are copied; anything else becomes a string, as on the platform. */
function toMessage(chunk: unknown, slab: Slab): OutgoingText | OutgoingBinary {
  if (typeof chunk === 'string') return { type: 'text', data: chunk };
  if (isByteSource(chunk)) return { type: 'binary', data: slab.copy(asBytes(chunk)) };
  return { type: 'text', data: `${chunk}` };
}

/** Tells when a stream is asked to close: the platform asks the size of what is written behind that, and rejects it then. */
function watchClose(stream: WritableStream<OutgoingMessage>, onAsked: () => void): void {
  const [getWriter, close] = [stream.getWriter.bind(stream), stream.close.bind(stream)];
  let holder: WritableStreamDefaultWriter<OutgoingMessage> | undefined;
  stream.getWriter = () => {
    const writer = getWriter();
    const closeByWriter = writer.close.bind(writer);
    holder = writer;
    writer.close = () => {
      if (stream.locked && holder === writer) onAsked();
      return closeByWriter();
    };
    return writer;
  };
  stream.close = () => {
    if (!stream.locked) onAsked();
    return close();
  };
}
