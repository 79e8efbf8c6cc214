// Adapts a Node stream, such as a `net.Socket`, to a duplex of bytes. `Duplex.toWeb` is slow, never ends the readable of a
// half-open socket, and hides the reason why a socket was destroyed.

import type { Duplex } from 'node:stream';
import {
  type ByteDuplex,
  type LockedDuplex,
  lockStreams,
  type PushTransport,
  type TransportOwner,
} from '../streams/byte-duplex.ts';
import { readableOf, writableOf } from '../streams/duplex-streams.ts';
import { NodeReader, type ReaderOwner } from './node-reader.ts';
import type { NodeStreamListener, NodeStreamTraits } from './node-stream-traits.ts';
import { NodeTransport } from './node-transport.ts';
import { NodeWriter, type WriterOwner } from './node-writer.ts';

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
 * @throws TypeError for a stream of strings or objects, and for one that has an adapter already
 */
export function nodeDuplex<Kind extends Duplex>(
  stream: Kind,
  traits: NodeStreamTraits<Kind> = socketTraits,
): ByteDuplex {
  if (stream.readableObjectMode || stream.writableObjectMode || stream.readableEncoding !== null) {
    throw new TypeError('stream must carry bytes: create it without objectMode and setEncoding()');
  }
  if (isAdopted(stream)) throw new TypeError('stream is in use: it was given to nodeDuplex() before');
  return new NodeDuplex(stream, traits);
}

/** The key of a stream's listener. It is a property, because a closure for each event would take 350 bytes a connection. */
const listener: unique symbol = Symbol('listener');

type Adopted = Duplex & { [listener]?: NodeStreamListener };

/** Returns true if the stream has an adapter already. */
export function isAdopted(stream: Adopted): boolean {
  return stream[listener] !== undefined;
}

/** Calls the listener for the events of the stream. It may be replaced later. */
function listen(stream: Adopted, first: NodeStreamListener): void {
  stream[listener] = first;
  // Never removed, and added to a destroyed stream, too: an error without a listener ends the process.
  stream.on('error', onError);
  if (stream.destroyed) return first.fail(stream.errored);
  stream.on('close', onClose);
  if (stream.readableEnded) first.inputEnd();
  stream.on('end', onEnd);
  stream.on('data', onData);
  // A paused stream does not start to flow when a listener is added.
  stream.resume();
}

function onError(this: Adopted, error: Error): void {
  this[listener]?.fail(error);
}

function onClose(this: Adopted): void {
  this[listener]?.closed();
}

function onEnd(this: Adopted): void {
  this[listener]?.inputEnd();
}

function onData(this: Adopted, chunk: Uint8Array): void {
  this[listener]?.data(chunk);
}

/** A reader and a writer with promises, used until an owner takes over. */
class PromisedSides<Kind extends Duplex> implements NodeStreamListener, ReaderOwner, WriterOwner {
  readonly reader: NodeReader;
  readonly writer: NodeWriter;
  readonly #stream: Kind;
  readonly #traits: NodeStreamTraits<Kind>;

  constructor(stream: Kind, traits: NodeStreamTraits<Kind>) {
    this.#stream = stream;
    this.#traits = traits;
    this.reader = new NodeReader(stream, this);
    this.writer = new NodeWriter(stream, this);
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

  cancelled(): void {
    this.#cutIfEnded();
  }

  outputEnded(): void {
    this.#cutIfEnded();
  }

  aborted(): void {
    this.#traits.cut(this.#stream);
  }

  #cutIfEnded(): void {
    if (this.reader.ended && this.writer.ended) this.#traits.cut(this.#stream);
  }
}

class NodeDuplex<Kind extends Duplex> implements ByteDuplex {
  readonly #stream: Kind;
  readonly #traits: NodeStreamTraits<Kind>;
  #sides: PromisedSides<Kind> | undefined;
  #readable: ByteDuplex['readable'] | undefined;
  #writable: ByteDuplex['writable'] | undefined;
  /** True if it is locked and no Web Stream was made. */
  #locked = false;

  constructor(stream: Kind, traits: NodeStreamTraits<Kind>) {
    this.#stream = stream;
    this.#traits = traits;
    stream.allowHalfOpen = true;
    this.#sides = new PromisedSides(stream, traits);
    listen(stream, this.#sides);
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
    if (!untouched) return lockStreams(this);
    this.#locked = true;
    const { reader, writer } = this.#sidesNow;
    return { reader, writer, push: owner => this.#push(owner) };
  }

  /** Hands the stream over to an owner, and releases the reader and the writer. */
  #push(owner: TransportOwner): PushTransport {
    const { chunks, end } = this.#sidesNow.reader.handOver();
    this.#sides = undefined;
    const transport = new NodeTransport(this.#stream, this.#traits as NodeStreamTraits, owner, chunks, end);
    (this.#stream as Adopted)[listener] = transport;
    return transport;
  }

  /** The reader and the writer; new ones after a hand-over, for Web Streams that are locked. */
  get #sidesNow(): PromisedSides<Kind> {
    return (this.#sides ??= new PromisedSides(this.#stream, this.#traits));
  }

  /** Makes locked Web Streams, because the duplex is locked. */
  #lockLate(): void {
    this.#locked = false;
    lockStreams(this);
  }
}
