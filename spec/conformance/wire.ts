// One end of a duplex of bytes, as the tester holds it: over TCP, or in memory for an endpoint of this library.

import type { Socket } from 'node:net';
import type { ByteDuplex } from '../../lib/index.ts';
import type { Bytes } from './bytes.ts';

export interface WireListener {
  data(bytes: Uint8Array): void;
  /** No more data: an orderly end, or a reset. */
  end(how: 'fin' | 'reset'): void;
}

export interface Wire {
  /** Starts the flow. Once. */
  listen(listener: WireListener): void;
  /** Settles when more may be written, or the connection is gone. */
  write(bytes: Bytes): Promise<void>;
  /** Ends our direction. */
  end(): void;
  /** Destroys the connection. */
  drop(): void;
  pause(): void;
  resume(): void;
}

/** The socket must allow half-open connections, and must not flow yet. */
export function tcpWire(socket: Socket): Wire {
  socket.setNoDelay(true);
  let ended = false;
  return {
    listen(listener) {
      const end = (how: 'fin' | 'reset') => {
        if (!ended) listener.end(how);
        ended = true;
      };
      socket.on('data', data => listener.data(data));
      socket.on('end', () => end('fin'));
      socket.on('error', () => end('reset'));
      socket.on('close', () => end('reset'));
      socket.resume();
    },
    write(bytes) {
      if (!socket.writable || socket.write(bytes)) return Promise.resolve();
      return new Promise(resolve => {
        const done = () => {
          socket.off('drain', done).off('close', done);
          resolve();
        };
        socket.on('drain', done).on('close', done);
      });
    },
    end: () => void socket.end(),
    drop: () => void (socket.connecting ? socket.destroy() : socket.resetAndDestroy()),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}

/** A duplex in memory: the endpoint's end, and the tester's. */
export function memoryWire(): { readonly duplex: ByteDuplex; readonly wire: Wire } {
  let listener: WireListener | undefined;
  let open = true;
  let inwards!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  let outwards!: WritableStreamDefaultController;
  let room = gate();
  let flow = gate();
  const stop = () => {
    open = false;
    room.open();
  };
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: controller => void (inwards = controller),
    pull: () => room.open(),
    cancel: stop,
  });
  const writable = new WritableStream<Uint8Array>({
    start: controller => void (outwards = controller),
    async write(chunk) {
      await flow.passed;
      listener?.data(chunk);
    },
    close: () => listener?.end('fin'),
    abort: () => listener?.end('reset'),
  });
  const wire: Wire = {
    listen(to) {
      listener = to;
      flow.open();
    },
    async write(bytes) {
      if (!open || bytes.length === 0) return;
      inwards.enqueue(bytes.slice());
      if ((inwards.desiredSize ?? 1) > 0) return;
      room = gate();
      await room.passed;
    },
    end() {
      if (open) inwards.close();
      stop();
    },
    drop() {
      if (open) inwards.error(new Error('dropped'));
      stop();
      flow.open();
      outwards.error(new Error('dropped'));
      listener?.end('reset');
    },
    pause: () => void (flow = gate()),
    resume: () => flow.open(),
  };
  return { duplex: { readable, writable }, wire };
}

function gate(): { readonly passed: Promise<void>; open(): void } {
  let open!: () => void;
  const passed = new Promise<void>(resolve => void (open = resolve));
  return { passed, open };
}
