// The server for the cases about the platform's interfaces. It is based on `ws` and uses no code of wsluice. The path of the
// URL selects its behaviour:
//
//   /echo                       echoes messages
//   /protocol?choose=…          selects this subprotocol, offered or not (default: none)
//   /close?code=…&reason=…      sends the texts of `messages=…` and a Close: immediately, `after=…` ms, or with `on=message` after
//                               the first message
//   /delayed?ms=…               answers a Close after a delay
//   /abrupt                     ends the connection without a Close; with `on=close` instead of answering a Close
//   /send?kind=…                sends the messages of this kind (see `messages`)
//   /flood                      sends 16 MiB in messages of 1 MiB
//   /stall?ms=…                 does not read for this time, and then answers each message with its length
//   /raw?hex=…                  sends these bytes after the handshake
//   /refuse?status=…            refuses the handshake with this status
//   /hang                       does not answer the handshake
//
// `GET /seen?id=…` returns the state of the connection with this id in its URL.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { root } from '../../runtimes/bundle.ts';
import type { Ports, Seen } from './inside/kit.ts';

type Writable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

interface ConnectionState extends Writable<Omit<Seen, 'messages' | 'unsentBytes'>> {
  readonly messages: Writable<Seen['messages'][number]>[];
  socket?: WebSocket;
}

const Mi = 1024 * 1024;

/** The messages that `/send` sends, by `kind`. */
const messages: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  text: ['hello'],
  empty: [''],
  unicode: ['\ufeffé🔌'],
  binary: [Buffer.from([1, 2, 3])],
  nothing: [Buffer.alloc(0)],
  three: ['one', 'two', 'three'],
  mixed: ['one', Buffer.from([1]), 'two'],
  large: ['x'.repeat(Mi)],
};

const page =
  '<!doctype html><meta charset="utf-8"><title>cases</title><script type="module">import "/build/spec/conformance/api/inside/page.js"</script>';

export class ApiServer {
  readonly #seen = new Map<string, ConnectionState>();
  readonly #servers: Server[] = [];
  readonly #wss = new WebSocketServer({
    noServer: true,
    maxPayload: 256 * Mi,
    handleProtocols: () => false,
  }).on('headers', (headers, request) => {
    const choice = new URL(request.url!, 'ws://h').searchParams.get('choose');
    if (choice !== null) headers.push(`Sec-WebSocket-Protocol: ${choice}`);
  });

  async listen(): Promise<Ports> {
    const dead = createServer();
    const ports = { main: await this.#listenOn(), slow: await this.#listenOn(), dead: await portOf(dead) };
    await new Promise(resolve => dead.close(resolve));
    return ports;
  }

  stop(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    for (const { socket } of this.#seen.values()) socket?.terminate();
  }

  #listenOn(): Promise<number> {
    const server = createServer((request, response) => this.#respond(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#servers.push(server);
    return portOf(server);
  }

  #respond({ url }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url!, 'http://h');
    const [type, content] = this.#contentOf(pathname, searchParams);
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Access-Control-Allow-Origin': '*' });
    response.end(content);
  }

  #contentOf(pathname: string, query: URLSearchParams): [type: string, content: string | Buffer] {
    if (pathname === '/seen') {
      const { socket, ...state } = this.#seen.get(query.get('id')!) ?? {};
      const seen = 'target' in state ? { ...state, unsentBytes: socket?.bufferedAmount ?? 0 } : null;
      return ['application/json', JSON.stringify(seen)];
    }
    if (/^\/build\/[\w./-]+\.js$/.test(pathname))
      return ['text/javascript', readFileSync(join(root, pathname))];
    return ['text/html', page];
  }

  #upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    tcp.on('error', () => {});
    const { pathname, searchParams } = new URL(request.url!, 'ws://h');
    const state: ConnectionState = {
      target: request.url!,
      headers: request.headers as Record<string, string>,
      messages: [],
      close: undefined,
      ended: false,
    };
    this.#seen.set(searchParams.get('id') ?? '', state);
    tcp.on('close', () => (state.ended = true));
    if (pathname === '/hang') return;
    if (pathname === '/refuse')
      return void tcp.end(`HTTP/1.1 ${searchParams.get('status')} No\r\nContent-Length: 0\r\n\r\n`);
    if (['/delayed', '/raw', '/abrupt'].includes(pathname))
      return serveRaw(request, tcp, pathname, searchParams, state);
    this.#wss.handleUpgrade(request, tcp, head, socket => behave(socket, pathname, searchParams, state));
  }
}

function behave(socket: WebSocket, pathname: string, query: URLSearchParams, state: ConnectionState): void {
  state.socket = socket;
  const code = query.has('code') ? Number(query.get('code')) : undefined;
  const close = () => socket.close(code, query.get('reason') ?? undefined);
  socket.on('error', () => {});
  socket.on('close', (code, reason) => (state.close = { code, reason: reason.toString() }));
  socket.on('message', (data: Buffer, isBinary) => {
    if (state.messages.length < 10) {
      const shown = data.subarray(0, 64);
      const type = isBinary ? 'binary' : 'text';
      state.messages.push({
        type,
        data: isBinary ? shown.toString('hex') : shown.toString(),
        bytes: data.length,
      });
    }
    if (pathname === '/echo') socket.send(data, { binary: isBinary });
    if (pathname === '/stall') socket.send(`${data.length}`);
    if (pathname === '/close' && query.get('on') === 'message') close();
  });
  for (const text of query.get('messages')?.split(',') ?? []) socket.send(text);
  if (pathname === '/close' && !query.has('on')) setTimeout(close, Number(query.get('after') ?? 0));
  if (pathname === '/send') for (const message of messages[query.get('kind')!]!) socket.send(message);
  if (pathname === '/flood') for (let i = 0; i < 16; i++) socket.send(Buffer.alloc(Mi));
  if (pathname === '/stall') {
    socket.pause();
    setTimeout(() => socket.resume(), Number(query.get('ms')));
  }
}

/** Writes the handshake and frames without `ws`, for behaviour that `ws` does not have. */
function serveRaw(
  request: IncomingMessage,
  tcp: Duplex,
  pathname: string,
  query: URLSearchParams,
  state: ConnectionState,
): void {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  const heading = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  tcp.write(`${heading}Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
  if (pathname === '/raw') tcp.write(Buffer.from(query.get('hex')!, 'hex'));
  if (pathname === '/abrupt' && !query.has('on')) setTimeout(() => tcp.destroy(), 20);
  tcp.on('data', (chunk: Buffer) => {
    const body = closeBodyOf(chunk);
    if (body === undefined) return;
    state.close =
      body.length < 2
        ? { code: 1005, reason: '' }
        : { code: body.readUInt16BE(), reason: body.toString('utf8', 2) };
    if (pathname === '/abrupt') return void tcp.destroy();
    // Its own Close was among the raw bytes.
    if (pathname === '/raw') return void tcp.end();
    setTimeout(
      () => tcp.end(Buffer.concat([Buffer.from([0x88, body.length]), body])),
      Number(query.get('ms') ?? 0),
    );
  });
  tcp.on('end', () => tcp.end());
}

/** Returns the body of a chunk that is one masked Close; undefined for other chunks. */
function closeBodyOf(chunk: Buffer): Buffer | undefined {
  if (chunk[0] !== 0x88) return undefined;
  const mask = chunk.subarray(2, 6);
  return Buffer.from(chunk.subarray(6).map((byte, i) => byte ^ mask[i % 4]!));
}

function portOf(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
