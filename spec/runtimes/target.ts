// The runner's servers, on this Node: programs in the runtimes connect to them, and browsers load pages from them.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import { inspectorFolder } from '../../demo/build-inspector.ts';
import { upgrade } from '../../lib/node.ts';
import { cert, key } from '../support/localhost-certificate.ts';
import { serveAbruptly } from './abrupt-server.ts';
import { peerOptions, serve } from './inside/peer.ts';
import type { RunOptions } from './inside/run-options.ts';

/** Receives the output of a page in a browser. */
export interface PageListener {
  print(line: string): void;
  done(): void;
}

const page =
  '<!doctype html><meta charset="utf-8"><title>specs</title><script type="module" src="/page.js"></script>';

/** Headers without which a page has no shared memory. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export class Target {
  /** The bundle that `/page.js` serves, and the listener for its output. */
  page: { readonly script: string; readonly listener: PageListener } | undefined;
  readonly #server: Server = createServer((request, response) => this.#respond(request, response));
  readonly #tlsServer: Server = createTlsServer({ cert, key });
  readonly #tunnels = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  async listen(): Promise<RunOptions> {
    this.#server.on('upgrade', (request, socket, head) => {
      if (request.url === '/tunnel') this.#tunnel(request, socket, head);
      else accept(request, socket, head);
    });
    this.#tlsServer.on('upgrade', accept);
    const wsPort = await listen(this.#server);
    return { wsPort, wssPort: await listen(this.#tlsServer), deadPort: await deadPort(), cert, key };
  }

  /** Tunnels bytes to the server over a WebSocket of `ws`, which does not depend on wsluice. A text is a half-close. */
  #tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#tunnels.handleUpgrade(request, socket, head, outer => {
      const { port } = this.#server.address() as AddressInfo;
      const inner: Socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
      inner.on('data', chunk => outer.send(chunk));
      inner.on('end', () => outer.close(1000));
      inner.on('error', () => outer.close(4000));
      outer.on('message', (data: Buffer, isBinary) => {
        if (isBinary) inner.write(data);
        else inner.end();
      });
      outer.on('close', () => inner.destroy());
    });
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url, method } = request;
    if (method === 'POST') {
      const body = await text(request);
      if (url === '/print') this.page?.listener.print(body);
      if (url === '/done') this.page?.listener.done();
      response.end();
      return;
    }
    const [type, content] = this.#find(url);
    response.writeHead(content === undefined ? 404 : 200, {
      'Content-Type': `${type}; charset=utf-8`,
      ...isolation,
    });
    response.end(content);
  }

  #find(url: string | undefined): [type: string, content: string | Buffer | undefined] {
    if (url === '/') return ['text/html', page];
    const [, demo, kind] = /^\/demo\/(\w+\.(html|css|js))$/.exec(url ?? '') ?? [];
    if (demo !== undefined) {
      const type = kind === 'js' ? 'text/javascript' : `text/${kind}`;
      return [type, readFileSync(join(inspectorFolder, demo))];
    }
    if (url === '/page.js' && this.page) return ['text/javascript', readFileSync(this.page.script)];
    return ['text/plain', undefined];
  }
}

function accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (request.url === '/abrupt') serveAbruptly(request, socket);
  else upgrade(request, socket, head, peerOptions).then(serve, () => {});
}

function listen(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** A port without a listener. */
async function deadPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}
