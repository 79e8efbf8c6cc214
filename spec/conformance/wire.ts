// The tester's end of a byte connection, over TCP or in memory.

import type { Socket } from 'node:net';
import type { ByteDuplex } from '../../lib/index.ts';
import type { Bytes } from './bytes.ts';

export interface WireListener {
  data(bytes: Uint8Array): void;
  /** Called once, after the last data. */
  end(how: 'fin' | 'reset'): void;
}

export interface Wire {
  /** Starts reading. Call it once. */
  listen(listener: WireListener): void;
  /** Resolves when more can be written, or the connection has ended. */
  write(bytes: Bytes): Promise<void>;
  /** Ends the tester's direction. */
  end(): void;
  /** Resets the connection. */
  drop(): void;
  pause(): void;
  resume(): void;
}

/** @param socket - must allow half-open connections, and must be paused */
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

/** Returns both ends of a connection in memory: the endpoint's duplex, and the tester's wire. */
export function memoryWire(): { readonly duplex: ByteDuplex; readonly wire: Wire } {
  let listener: WireListener | undefined;
  let open = true;
  let inwards!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  let outwards!: WritableStreamDefaultController;
  let capacity = gate();
  let flow = gate();
  const stop = () => {
    open = false;
    capacity.open();
  };
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: controller => void (inwards = controller),
    pull: () => capacity.open(),
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
      capacity = gate();
      await capacity.passed;
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
