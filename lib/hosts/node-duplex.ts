// A Node stream, such as a `net.Socket`, as a pair of Web Streams of octets. Not `Duplex.toWeb`: that is slow, never ends
// the readable of a half-open socket, and hides why a socket was destroyed.

import type { Duplex } from 'node:stream';
import { Fifo } from '../base/fifo.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { WritableStream } from '../streams/platform.ts';
import { PulledReadable } from '../streams/pulled-readable.ts';

/** Beyond this, what has come and nobody reads stops the socket. */
const maxQueuedBytes = 16_384;

/** What settles a write or a close that is under way. */
interface UnderWay {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** In what kinds of streams differ. */
export interface Manners<Kind extends Duplex = Duplex> {
  /** Lets go of both directions at once; called when both have ended, too. */
  cut(stream: Kind): void;
  /** Whether a stream that closed before its 'finish' has nevertheless sent everything and its end. */
  hasSentAll(stream: Kind): boolean;
}

const ofSockets: Manners = { cut: socket => socket.destroy(), hasSentAll: () => false };

/**
 * Both directions of a Node stream: `net.Socket`, `tls.TLSSocket`, or any other duplex of bytes. From now on the stream
 * is the adapter's: it is made half-open, and destroyed when both sides have ended, or by `abort`.
 *
 * A write settles when the stream takes more; its bytes must not change before they are sent. The chunks that are read
 * are those that the stream gave, so with a socket they are the reader's own.
 *
 * @param manners - how the stream is let go of. Default: as a socket
 * @throws TypeError for a stream that gives strings or objects
 */
export function nodeDuplex<Kind extends Duplex>(
  stream: Kind,
  manners: Manners<Kind> = ofSockets,
): ByteDuplex {
  if (stream.readableObjectMode || stream.writableObjectMode || stream.readableEncoding !== null) {
    throw new TypeError('stream must give and take bytes: no object mode, no encoding');
  }
  return new NodeDuplex(stream, manners);
}

class NodeDuplex<Kind extends Duplex> implements ByteDuplex {
  readonly readable: ByteDuplex['readable'];
  readonly writable: ByteDuplex['writable'];
  readonly #stream: Kind;
  readonly #manners: Manners<Kind>;
  readonly #incoming: PulledReadable<Uint8Array>;
  readonly #chunks = new Fifo<Uint8Array>();
  #queuedBytes = 0;
  #inputEnded = false;
  #output: 'open' | 'closing' | 'ended' = 'open';
  #sink!: WritableStreamDefaultController;
  #underWay: UnderWay | undefined;
  #corked = false;

  constructor(stream: Kind, manners: Manners<Kind>) {
    this.#stream = stream;
    this.#manners = manners;
    stream.allowHalfOpen = true;
    this.#incoming = new PulledReadable(this.#source());
    this.readable = this.#incoming.readable;
    this.writable = this.#makeWritable();
    if (stream.destroyed) this.#fail(stream.errored);
    else this.#listen();
  }

  #source(): ConstructorParameters<typeof PulledReadable<Uint8Array>>[0] {
    const chunks = this.#chunks;
    return {
      get empty() {
        return chunks.length === 0;
      },
      take: () => this.#take(),
      sizeOf: chunk => chunk.length,
      cancel: () => this.#cancel(),
    };
  }

  #makeWritable(): ByteDuplex['writable'] {
    return new WritableStream<Uint8Array>({
      start: controller => {
        this.#sink = controller;
        // The stream itself would wait for the write that is under way.
        controller.signal.addEventListener('abort', () => this.#manners.cut(this.#stream));
      },
      write: chunk => this.#write(chunk),
      close: () => this.#close(),
    });
  }

  /** The listener for errors stays for good: an error that nobody listens to ends the process. */
  #listen(): void {
    const stream = this.#stream;
    stream.on('error', error => this.#fail(error));
    stream.on('close', () => this.#onClose());
    stream.on('drain', () => this.#settleWrite());
    if (stream.readableEnded) this.#end();
    stream.on('end', () => this.#end());
    stream.on('data', chunk => this.#push(chunk));
    // A stream that was paused before does not flow for a listener alone.
    stream.resume();
  }

  /** A plain view: a `Buffer` has a `slice` that does not copy. */
  #push({ buffer, byteOffset, length }: Uint8Array): void {
    if (this.#inputEnded) return;
    this.#chunks.push(new Uint8Array(buffer, byteOffset, length));
    this.#queuedBytes += length;
    this.#incoming.notify();
    if (this.#queuedBytes >= maxQueuedBytes) this.#stream.pause();
  }

  #take(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    this.#queuedBytes -= chunk.length;
    if (this.#queuedBytes < maxQueuedBytes && this.#stream.isPaused()) this.#stream.resume();
    return chunk;
  }

  #end(): void {
    this.#inputEnded = true;
    this.#incoming.close();
    this.#destroyIfEnded();
  }

  /** Nobody reads on; the writable lives on. */
  #cancel(): void {
    this.#inputEnded = true;
    this.#chunks.clear();
    this.#stream.pause();
    this.#destroyIfEnded();
  }

  /**
   * What is written in one go leaves in one go, before the host does anything else: an echo of small chunks passes 1.4
   * times as many.
   */
  #write(chunk: Uint8Array): Promise<void> | undefined {
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
      process.nextTick(() => this.#uncork());
    }
    if (this.#stream.write(chunk)) return undefined;
    return new Promise((resolve, reject) => (this.#underWay = { resolve, reject }));
  }

  #uncork(): void {
    this.#corked = false;
    this.#stream.uncork();
  }

  #settleWrite(): void {
    this.#underWay?.resolve();
    this.#underWay = undefined;
  }

  #close(): Promise<void> {
    this.#output = 'closing';
    return new Promise((resolve, reject) => {
      this.#underWay = { resolve, reject };
      this.#stream.end(() => this.#finish());
    });
  }

  #finish(): void {
    this.#output = 'ended';
    this.#settleWrite();
    this.#destroyIfEnded();
  }

  #destroyIfEnded(): void {
    if (this.#inputEnded && this.#output === 'ended') this.#manners.cut(this.#stream);
  }

  #onClose(): void {
    if (this.#output === 'closing' && this.#manners.hasSentAll(this.#stream)) this.#finish();
    this.#fail(this.#stream.errored);
  }

  /** The stream has failed, or was destroyed; after a good end of a side nothing happens to that side. */
  #fail(error: Error | null | undefined): void {
    const failure = error ?? new Error('premature close');
    if (!this.#inputEnded) this.#incoming.error(failure);
    this.#inputEnded = true;
    if (this.#output !== 'ended') this.#sink.error(failure);
    this.#output = 'ended';
    this.#underWay?.reject(failure);
    this.#underWay = undefined;
  }
}
