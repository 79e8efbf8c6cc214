// Adapts a Node stream, such as a `net.Socket`, to a duplex of bytes. `Duplex.toWeb` is slow, never ends the readable of a
// half-open socket, and hides the reason why a socket was destroyed.

import type { Duplex } from 'node:stream';
import type { ByteDuplex, LockedDuplex, PushTransport, TransportOwner } from '../streams/byte-duplex.ts';
import { readableOf, writableOf } from '../streams/duplex-streams.ts';
import { NodeReader } from './node-reader.ts';
import type { NodeStreamListener, NodeStreamTraits } from './node-stream-traits.ts';
import { NodeTransport } from './node-transport.ts';
import { NodeWriter } from './node-writer.ts';

const socketTraits: NodeStreamTraits = { cut: socket => socket.destroy(), hasSentAll: () => false };

/**
 * Returns a duplex over a Node stream: `net.Socket`, `tls.TLSSocket`, or any other duplex of bytes. The adapter owns the
 * stream: it makes the stream half-open, and destroys it when both sides have ended, or on `abort`.
 *
 * A write settles when the stream takes more; do not change its bytes before they are sent. The chunks are those of the
 * stream, so the reader owns them if the stream is a socket. A WebSocket uses the Node stream directly; the Web Streams are
 * created only if you access them.
 *
 * @param traits - the behaviour of this kind of stream. Default: that of a socket
 * @throws TypeError for a stream of strings or objects
 */
export function nodeDuplex<Kind extends Duplex>(
  stream: Kind,
  traits: NodeStreamTraits<Kind> = socketTraits,
): ByteDuplex {
  if (stream.readableObjectMode || stream.writableObjectMode || stream.readableEncoding !== null) {
    throw new TypeError('stream must carry bytes: create it without objectMode and setEncoding()');
  }
  return new NodeDuplex(stream, traits);
}

/** A reader and a writer with promises, used until an owner takes over. */
class PromisedSides<Kind extends Duplex> implements NodeStreamListener {
  readonly reader: NodeReader;
  readonly writer: NodeWriter;
  readonly onDrain = (): void => this.writer.drain();
  readonly #stream: Kind;
  readonly #traits: NodeStreamTraits<Kind>;

  constructor(stream: Kind, traits: NodeStreamTraits<Kind>) {
    this.#stream = stream;
    this.#traits = traits;
    this.reader = new NodeReader(stream, () => this.#cutIfEnded());
    this.writer = new NodeWriter(stream, {
      onEnd: () => this.#cutIfEnded(),
      onAbort: () => traits.cut(stream),
    });
  }

  data(chunk: Uint8Array): void {
    this.reader.push(chunk);
  }

  inputEnd(): void {
    this.reader.end();
    this.#cutIfEnded();
  }

  closed(): void {
    if (this.writer.closing && this.#traits.hasSentAll(this.#stream)) this.writer.finish();
    this.fail(this.#stream.errored);
  }

  fail(error: Error | null | undefined): void {
    const failure = error ?? new Error('premature close');
    this.reader.fail(failure);
    this.writer.fail(failure);
  }

  #cutIfEnded(): void {
    if (this.reader.ended && this.writer.ended) this.#traits.cut(this.#stream);
  }
}

class NodeDuplex<Kind extends Duplex> implements ByteDuplex {
  readonly #stream: Kind;
  readonly #traits: NodeStreamTraits<Kind>;
  #sides: PromisedSides<Kind> | undefined;
  #listener: NodeStreamListener;
  #readable: ByteDuplex['readable'] | undefined;
  #writable: ByteDuplex['writable'] | undefined;
  /** True if it is locked and no Web Stream was made. */
  #locked = false;

  constructor(stream: Kind, traits: NodeStreamTraits<Kind>) {
    this.#stream = stream;
    this.#traits = traits;
    stream.allowHalfOpen = true;
    this.#sides = new PromisedSides(stream, traits);
    this.#listener = this.#sides;
    // Never removed, and added to a destroyed stream, too: an error without a listener ends the process.
    stream.on('error', error => this.#listener.fail(error));
    if (stream.destroyed) this.#listener.fail(stream.errored);
    else this.#listen();
  }

  get readable(): ByteDuplex['readable'] {
    if (this.#locked) this.#lockLate();
    return (this.#readable ??= readableOf(this.#sidesNow.reader));
  }

  get writable(): ByteDuplex['writable'] {
    if (this.#locked) this.#lockLate();
    return (this.#writable ??= writableOf(this.#sidesNow.writer));
  }

  /** Locks both sides. If Web Streams were made, uses their reader and writer. */
  lock(): LockedDuplex {
    const untouched = this.#readable === undefined && this.#writable === undefined && !this.#locked;
    if (!untouched) return { reader: this.readable.getReader(), writer: this.writable.getWriter() };
    this.#locked = true;
    const { reader, writer } = this.#sidesNow;
    return { reader, writer, push: owner => this.#push(owner) };
  }

  /** Hands the stream over to an owner, and releases the reader and the writer. */
  #push(owner: TransportOwner): PushTransport {
    const { reader, onDrain } = this.#sidesNow;
    const { chunks, end } = reader.handOver();
    this.#sides = undefined;
    this.#stream.off('drain', onDrain);
    const transport = new NodeTransport(this.#stream, this.#traits as NodeStreamTraits, owner, chunks, end);
    this.#listener = transport;
    return transport;
  }

  /** The reader and the writer; new ones after a hand-over, for Web Streams that are locked. */
  get #sidesNow(): PromisedSides<Kind> {
    return (this.#sides ??= new PromisedSides(this.#stream, this.#traits));
  }

  /** Makes locked Web Streams, because the duplex is locked. */
  #lockLate(): void {
    this.#locked = false;
    this.readable.getReader();
    this.writable.getWriter();
  }

  #listen(): void {
    const stream = this.#stream;
    stream.on('close', () => this.#listener.closed());
    stream.on('drain', this.#sidesNow.onDrain);
    if (stream.readableEnded) this.#listener.inputEnd();
    stream.on('end', () => this.#listener.inputEnd());
    stream.on('data', chunk => this.#listener.data(chunk));
    // A paused stream does not start to flow when a listener is added.
    stream.resume();
  }
}
