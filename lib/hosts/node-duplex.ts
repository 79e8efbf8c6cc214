// A Node stream, such as a `net.Socket`, as a duplex of octets. Not `Duplex.toWeb`: that is slow, never ends the readable
// of a half-open socket, and hides why a socket was destroyed.

import type { Duplex } from 'node:stream';
import type { ByteDuplex, LockedDuplex, PushTransport, TransportOwner } from '../streams/byte-duplex.ts';
import { readableOf, writableOf } from '../streams/duplex-streams.ts';
import { NodeReader } from './node-reader.ts';
import type { NodeStreamListener, NodeStreamTraits } from './node-stream-traits.ts';
import { NodeTransport } from './node-transport.ts';
import { NodeWriter } from './node-writer.ts';

const ofSockets: NodeStreamTraits = { cut: socket => socket.destroy(), hasSentAll: () => false };

/**
 * Both directions of a Node stream: `net.Socket`, `tls.TLSSocket`, or any other duplex of bytes. From now on the stream
 * is the adapter's: it is made half-open, and destroyed when both sides have ended, or by `abort`.
 *
 * A write settles when the stream takes more; its bytes must not change before they are sent. The chunks that are read
 * are those that the stream gave, so with a socket they are the reader's own. A WebSocket over it passes by its Web
 * Streams: they are made for whoever asks for them.
 *
 * @param traits - how the stream is let go of. Default: as a socket
 * @throws TypeError for a stream that gives strings or objects
 */
export function nodeDuplex<Kind extends Duplex>(
  stream: Kind,
  traits: NodeStreamTraits<Kind> = ofSockets,
): ByteDuplex {
  if (stream.readableObjectMode || stream.writableObjectMode || stream.readableEncoding !== null) {
    throw new TypeError('stream must give and take bytes: no object mode, no encoding');
  }
  return new NodeDuplex(stream, traits);
}

/** A reader and a writer with promises, until an owner is called instead. */
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
  /** Locked, and no stream has been made. */
  #locked = false;

  constructor(stream: Kind, traits: NodeStreamTraits<Kind>) {
    this.#stream = stream;
    this.#traits = traits;
    stream.allowHalfOpen = true;
    this.#sides = new PromisedSides(stream, traits);
    this.#listener = this.#sides;
    // For good, and on a stream that was destroyed, too: an error that nobody listens to ends the process.
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

  /** If streams have been made, they are what the reader and writer work on. */
  lock(): LockedDuplex {
    const untouched = this.#readable === undefined && this.#writable === undefined && !this.#locked;
    if (!untouched) return { reader: this.readable.getReader(), writer: this.writable.getWriter() };
    this.#locked = true;
    const { reader, writer } = this.#sidesNow;
    return { reader, writer, push: owner => this.#push(owner) };
  }

  /** From now on the stream calls the owner, and the reader and the writer are released. */
  #push(owner: TransportOwner): PushTransport {
    const { reader, onDrain } = this.#sidesNow;
    const { chunks, end } = reader.handOver();
    this.#sides = undefined;
    this.#stream.off('drain', onDrain);
    const transport = new NodeTransport(this.#stream, this.#traits as NodeStreamTraits, owner, chunks, end);
    this.#listener = transport;
    return transport;
  }

  /** After a hand-over they are there for streams that are locked. */
  get #sidesNow(): PromisedSides<Kind> {
    return (this.#sides ??= new PromisedSides(this.#stream, this.#traits));
  }

  /** Who asks for a stream of a locked duplex gets a locked one. */
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
    // A stream that was paused before does not flow for a listener alone.
    stream.resume();
  }
}
