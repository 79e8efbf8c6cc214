// The server of the suite for the platform's interfaces, on `ws`: none of it is ours. The path of the URL says how it behaves:
//
//   /echo                       sends back what it gets
//   /protocol?choose=…          agrees to this subprotocol, offered or not; to none without it
//   /close?code=…&reason=…      sends a Close, after the texts of `messages=…`; at once, `after=…` ms, or `on=message`, when one comes
//   /delayed?ms=…               answers a Close after that time
//   /abrupt                     ends the connection without a Close; `on=close` in place of the answer to a Close
//   /send?kind=…                sends messages at once: see `messages`
//   /flood                      sends 16 MiB in messages of 1 MiB, as far as the client takes it
//   /deaf?ms=…                  reads nothing for that time, then echoes the length of each message
//   /raw?hex=…                  sends these bytes after the handshake
//   /refuse?status=…            answers with this status
//   /hang                       does not answer the handshake
//
// `GET /seen?id=…` gives what it has seen of the connection with that number in its URL.

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

interface Sight extends Writable<Omit<Seen, 'messages' | 'heldBack'>> {
  readonly messages: Writable<Seen['messages'][number]>[];
  socket?: WebSocket;
}

const Mi = 1024 * 1024;

/** What `/send` sends, by `kind`. */
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
  readonly #seen = new Map<string, Sight>();
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
      const { socket, ...sight } = this.#seen.get(query.get('id')!) ?? {};
      const seen = 'target' in sight ? { ...sight, heldBack: socket?.bufferedAmount ?? 0 } : null;
      return ['application/json', JSON.stringify(seen)];
    }
    if (/^\/build\/[\w./-]+\.js$/.test(pathname))
      return ['text/javascript', readFileSync(join(root, pathname))];
    return ['text/html', page];
  }

  #upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    tcp.on('error', () => {});
    const { pathname, searchParams } = new URL(request.url!, 'ws://h');
    const sight: Sight = {
      target: request.url!,
      headers: request.headers as Record<string, string>,
      messages: [],
      close: undefined,
      ended: false,
    };
    this.#seen.set(searchParams.get('id') ?? '', sight);
    tcp.on('close', () => (sight.ended = true));
    if (pathname === '/hang') return;
    if (pathname === '/refuse')
      return void tcp.end(`HTTP/1.1 ${searchParams.get('status')} No\r\nContent-Length: 0\r\n\r\n`);
    if (['/delayed', '/raw', '/abrupt'].includes(pathname))
      return byHand(request, tcp, pathname, searchParams, sight);
    this.#wss.handleUpgrade(request, tcp, head, socket => behave(socket, pathname, searchParams, sight));
  }
}

function behave(socket: WebSocket, pathname: string, query: URLSearchParams, sight: Sight): void {
  sight.socket = socket;
  const code = query.has('code') ? Number(query.get('code')) : undefined;
  const close = () => socket.close(code, query.get('reason') ?? undefined);
  socket.on('error', () => {});
  socket.on('close', (code, reason) => (sight.close = { code, reason: reason.toString() }));
  socket.on('message', (data: Buffer, isBinary) => {
    if (sight.messages.length < 10) {
      const shown = data.subarray(0, 64);
      const type = isBinary ? 'binary' : 'text';
      sight.messages.push({
        type,
        data: isBinary ? shown.toString('hex') : shown.toString(),
        bytes: data.length,
      });
    }
    if (pathname === '/echo') socket.send(data, { binary: isBinary });
    if (pathname === '/deaf') socket.send(`${data.length}`);
    if (pathname === '/close' && query.get('on') === 'message') close();
  });
  for (const text of query.get('messages')?.split(',') ?? []) socket.send(text);
  if (pathname === '/close' && !query.has('on')) setTimeout(close, Number(query.get('after') ?? 0));
  if (pathname === '/send') for (const message of messages[query.get('kind')!]!) socket.send(message);
  if (pathname === '/flood') for (let i = 0; i < 16; i++) socket.send(Buffer.alloc(Mi));
  if (pathname === '/deaf') {
    socket.pause();
    setTimeout(() => socket.resume(), Number(query.get('ms')));
  }
}

/** What `ws` would not do: the handshake and the frames are written by hand. */
function byHand(
  request: IncomingMessage,
  tcp: Duplex,
  pathname: string,
  query: URLSearchParams,
  sight: Sight,
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
    sight.close =
      body.length < 2
        ? { code: 1005, reason: '' }
        : { code: body.readUInt16BE(), reason: body.toString('utf8', 2) };
    if (pathname === '/abrupt') return void tcp.destroy();
    // It has sent its own Close already.
    if (pathname === '/raw') return void tcp.end();
    setTimeout(
      () => tcp.end(Buffer.concat([Buffer.from([0x88, body.length]), body])),
      Number(query.get('ms') ?? 0),
    );
  });
  tcp.on('end', () => tcp.end());
}

/** The body of a masked Close that is a chunk of its own. */
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
