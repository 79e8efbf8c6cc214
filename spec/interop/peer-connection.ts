// A connection between wsluice and a peer, with the operations that checks use.

import assert from 'node:assert/strict';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { Report, RunningPeer } from './peer.ts';

/** Both ends of a connection. */
export class PeerConnection {
  /** Our socket. Rejects if our side of the opening handshake fails. */
  readonly socket: Promise<OpenWebSocket>;
  readonly #peer: RunningPeer;
  readonly #id: number;

  constructor(socket: Promise<OpenWebSocket>, peer: RunningPeer, id: number) {
    this.socket = socket;
    this.socket.catch(() => {});
    this.#peer = peer;
    this.#id = id;
  }

  /** Returns the next report of the peer of these types. */
  report<Type extends Report['type']>(...types: Type[]): Promise<Extract<Report, { type: Type }>> {
    return this.#peer.report(this.#id, ...types);
  }

  async send(message: string | Uint8Array): Promise<void> {
    const writer = (await this.socket).writable.getWriter();
    await writer.write(message);
    writer.releaseLock();
  }

  async expect(message: string | Uint8Array): Promise<void> {
    const reader = (await this.socket).readable.getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    assert.ok(isSame(value, message), `${show(value)} instead of ${show(message)}`);
  }

  /** Closes the connection cleanly. */
  async close(): Promise<void> {
    const socket = await this.socket;
    socket.close({ closeCode: 1000 });
    assert.equal((await socket.closed).closeCode, 1000);
    assert.deepEqual(await this.report('closed'), { type: 'closed', code: 1000, reason: '' });
  }
}

/** Compares messages. `deepEqual` is slow for large messages, and prints all of them. */
function isSame(actual: unknown, expected: string | Uint8Array): boolean {
  if (typeof expected === 'string') return actual === expected;
  return actual instanceof Uint8Array && Buffer.compare(actual, expected) === 0;
}

function show(message: unknown): string {
  if (typeof message === 'string') return `text ${JSON.stringify(message.slice(0, 40))} (${message.length})`;
  return message instanceof Uint8Array ? `binary of ${message.length} bytes` : `${message}`;
}
