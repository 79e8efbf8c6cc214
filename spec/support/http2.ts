// HTTP/2 between two Node endpoints, and a server that writes raw frames.

import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { fromHex, hex } from './hex.ts';
import { cert, key } from './localhost-certificate.ts';
import { listen } from './node-servers.ts';
import { utf8 } from './utf8.ts';

export type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export interface Http2PairOptions {
  /** Whether to use TLS. */
  readonly secure?: boolean;
  /** The settings of the server. Default: extended CONNECT is allowed. */
  readonly settings?: Settings;
}

/** A server and a session to it. */
export interface Http2Pair {
  readonly server: Http2Server;
  readonly session: ClientHttp2Session;
  /** `ws:` or `wss:`, host and port. */
  readonly origin: string;
  /** Ends both, and settles when both have ended. */
  close(): Promise<void>;
}

export async function http2Pair(
  onStream: OnStream,
  { secure = false, settings = { enableConnectProtocol: true } }: Http2PairOptions = {},
): Promise<Http2Pair> {
  const server = secure ? createSecureServer({ key, cert, settings }) : createServer({ settings });
  server.on('stream', onStream);
  const port = await listen(server);
  const session = secure
    ? connect(`https://127.0.0.1:${port}`, { ca: cert, servername: 'localhost' })
    : connect(`http://127.0.0.1:${port}`);
  const close = async () => {
    session.close();
    server.close();
    await once(server, 'close');
  };
  return { server, session, origin: `${secure ? 'wss' : 'ws'}://127.0.0.1:${port}`, close };
}

/** Sends a raw extended CONNECT. */
export async function requestByHand(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
): Promise<ClientHttp2Stream> {
  if (session.remoteSettings.enableConnectProtocol !== true) await once(session, 'remoteSettings');
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':path': '/',
    'sec-websocket-version': '13',
    ...headers,
  });
  return stream.on('error', () => {});
}

/** Sends a raw extended CONNECT, and returns its response. */
export async function connectByHand(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
): Promise<{ stream: ClientHttp2Stream; response: IncomingHttpHeaders }> {
  const stream = await requestByHand(session, headers);
  const [response] = await once(stream, 'response');
  return { stream, response };
}

/** Returns a frame of HTTP/2 (RFC 9113 §4.1). */
export function http2Frame(type: number, flags: number, stream: number, payload = ''): Uint8Array {
  const bytes = fromHex(payload);
  const digits = (n: number, byteLength: number) => n.toString(16).padStart(2 * byteLength, '0');
  return fromHex(
    digits(bytes.length, 3) + digits(type, 1) + digits(flags, 1) + digits(stream, 4) + hex(bytes),
  );
}

/** SETTINGS with SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 §3). */
export function connectProtocol(value: number): Uint8Array {
  return http2Frame(4, 0, 0, `0008 ${value.toString(16).padStart(8, '0')}`);
}

/** The headers of a response with this status and no others, on stream 1 (RFC 7541 §6.2.2, index 8 is `:status`). */
export function statusAlone(status: number): Uint8Array {
  return http2Frame(1, 4, 1, `0803${hex(utf8(`${status}`))}`);
}

/** A server that sends only the given frames, and records the types of received ones. */
export class RawHttp2Server {
  readonly frames: { readonly type: number; readonly payload: string }[] = [];
  readonly session: Promise<ClientHttp2Session>;
  readonly #server: Server;
  #socket!: Socket;
  #heard = new Uint8Array(0);
  #look: () => void = () => {};

  constructor() {
    this.#server = createTcpServer(socket => {
      this.#socket = socket.on('error', () => {});
      socket.on('data', chunk => this.#hear(chunk));
    });
    this.session = listen(this.#server).then(port => {
      const session = connect(`http://127.0.0.1:${port}`);
      return session.on('error', () => {});
    });
  }

  send(...frames: Uint8Array[]): void {
    for (const frame of frames) this.#socket.write(frame);
  }

  /** Returns the next frame of this type, received or still to come. */
  async frame(type: number): Promise<string> {
    for (;;) {
      const found = this.frames.find(frame => frame.type === type);
      if (found !== undefined) return found.payload;
      await new Promise<void>(resolve => (this.#look = resolve));
    }
  }

  async close(): Promise<void> {
    (await this.session).destroy();
    this.#socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #hear(chunk: Uint8Array): void {
    this.#heard = Uint8Array.of(...this.#heard, ...chunk);
    const preface = 24;
    for (let at = preface; ; ) {
      const head = this.#heard.subarray(at, at + 9);
      const length = head[0]! * 65_536 + head[1]! * 256 + head[2]!;
      if (head.length < 9 || this.#heard.length < at + 9 + length) break;
      const payload = this.#heard.subarray(at + 9, at + 9 + length);
      this.frames.push({ type: head[3]!, payload: hex(payload) });
      // Removes the frame, and keeps the room of the preface.
      this.#heard = Uint8Array.of(
        ...this.#heard.subarray(0, preface),
        ...this.#heard.subarray(at + 9 + length),
      );
    }
    this.#look();
  }
}
