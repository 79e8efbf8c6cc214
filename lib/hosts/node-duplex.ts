// A Node stream, such as a `net.Socket`, as a duplex of octets. Not `Duplex.toWeb`: that is slow, never ends the readable
// of a half-open socket, and hides why a socket was destroyed.

import type { Duplex } from 'node:stream';
import type { ByteDuplex, LockedDuplex } from '../streams/byte-duplex.ts';
import { readableOf, writableOf } from '../streams/duplex-streams.ts';
import { NodeReader } from './node-reader.ts';
import { NodeWriter } from './node-writer.ts';

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
 * are those that the stream gave, so with a socket they are the reader's own. A WebSocket over it passes by its Web
 * Streams: they are made for whoever asks for them.
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
  readonly #stream: Kind;
  readonly #manners: Manners<Kind>;
  readonly #reader: NodeReader;
  readonly #writer: NodeWriter;
  #readable: ByteDuplex['readable'] | undefined;
  #writable: ByteDuplex['writable'] | undefined;
  /** Locked, and no stream has been made. */
  #locked = false;

  constructor(stream: Kind, manners: Manners<Kind>) {
    this.#stream = stream;
    this.#manners = manners;
    stream.allowHalfOpen = true;
    this.#reader = new NodeReader(stream, () => this.#cutIfEnded());
    this.#writer = new NodeWriter(stream, {
      onEnd: () => this.#cutIfEnded(),
      onAbort: () => manners.cut(stream),
    });
    // For good, and on a stream that was destroyed, too: an error that nobody listens to ends the process.
    stream.on('error', error => this.#fail(error));
    if (stream.destroyed) this.#fail(stream.errored);
    else this.#listen();
  }

  get readable(): ByteDuplex['readable'] {
    if (this.#locked) this.#lockLate();
    return (this.#readable ??= readableOf(this.#reader));
  }

  get writable(): ByteDuplex['writable'] {
    if (this.#locked) this.#lockLate();
    return (this.#writable ??= writableOf(this.#writer));
  }

  /** Where streams have been made, they are what the reader and writer work on. */
  lock(): LockedDuplex {
    const untouched = this.#readable === undefined && this.#writable === undefined && !this.#locked;
    if (!untouched) return { reader: this.readable.getReader(), writer: this.writable.getWriter() };
    this.#locked = true;
    return { reader: this.#reader, writer: this.#writer };
  }

  /** Who asks for a stream of a locked duplex gets a locked one. */
  #lockLate(): void {
    this.#locked = false;
    this.readable.getReader();
    this.writable.getWriter();
  }

  #listen(): void {
    const stream = this.#stream;
    stream.on('close', () => this.#onClose());
    stream.on('drain', () => this.#writer.drain());
    if (stream.readableEnded) this.#end();
    stream.on('end', () => this.#end());
    stream.on('data', chunk => this.#reader.push(chunk));
    // A stream that was paused before does not flow for a listener alone.
    stream.resume();
  }

  #end(): void {
    this.#reader.end();
    this.#cutIfEnded();
  }

  #cutIfEnded(): void {
    if (this.#reader.ended && this.#writer.ended) this.#manners.cut(this.#stream);
  }

  #onClose(): void {
    if (this.#writer.closing && this.#manners.hasSentAll(this.#stream)) this.#writer.finish();
    this.#fail(this.#stream.errored);
  }

  /** The stream has failed, or was destroyed; after a good end of a side nothing happens to that side. */
  #fail(error: Error | null | undefined): void {
    const failure = error ?? new Error('premature close');
    this.#reader.fail(failure);
    this.#writer.fail(failure);
  }
}
