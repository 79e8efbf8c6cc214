// A common interface to the compared clients. Received text is a string.

import type { ClientName } from './kinds.ts';

export type Message = string | Uint8Array<ArrayBuffer>;

export interface BenchClient {
  send(message: Message): unknown;
  /** Closes, and waits until the connection has ended. */
  close(): Promise<unknown>;
}

export type Dial = (url: string, onMessage: (message: Message) => void) => Promise<BenchClient>;

/** Loads only the library of this kind. */
export function dialer(kind: ClientName): Promise<Dial> {
  if (kind === 'dial') return ours();
  if (kind === 'undici') return undici();
  if (kind === 'native') return Promise.resolve(standard(WebSocket));
  return ws();
}

async function ours(): Promise<Dial> {
  const { dial } = await import('../../../lib/node.ts');
  const { sender } = await import('../servers/sender.ts');
  return async (url, onMessage) => {
    const socket = await dial(url);
    const listen = async () => {
      for await (const message of socket) onMessage(message);
    };
    void listen().catch(() => {});
    return {
      send: sender(socket),
      close() {
        socket.close();
        return socket.closed.catch(() => {});
      },
    };
  };
}

async function ws(): Promise<Dial> {
  const { WebSocket: Client } = await import('ws');
  return async (url, onMessage) => {
    const socket = new Client(url);
    socket.on('message', (data: Buffer<ArrayBuffer>, isBinary) =>
      onMessage(isBinary ? data : data.toString()),
    );
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    const closed = new Promise(resolve => socket.on('close', resolve));
    return {
      send: message => socket.send(message),
      close() {
        socket.close();
        return closed;
      },
    };
  };
}

async function undici(): Promise<Dial> {
  const { WebSocket: Client } = await import('undici');
  return standard(Client as unknown as typeof WebSocket);
}

function standard(Client: typeof WebSocket): Dial {
  return async (url, onMessage) => {
    const socket = new Client(url);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => onMessage(typeof data === 'string' ? data : new Uint8Array(data));
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    const closed = new Promise(resolve => (socket.onclose = resolve));
    return {
      send: message => socket.send(message),
      close() {
        socket.close();
        return closed;
      },
    };
  };
}
