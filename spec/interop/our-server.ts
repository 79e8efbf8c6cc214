// wsluice as a server. Programs connect over TCP, and `acceptWebSocket` parses their requests. Browsers connect to Node's HTTP/1.1
// or HTTP/2 server, which also serves the page.

import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer, type Http2Server } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { type AcceptOptions, acceptWebSocket } from '../../lib/index.ts';
import { nodeDuplex, upgrade, upgradeHttp2 } from '../../lib/node.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { cert, key } from '../support/localhost-certificate.ts';
import type { Peer } from './peer.ts';
import { peersFolder } from './peers-folder.ts';

/** Opens a WebSocket on an accepted connection. */
type Accept = (options: AcceptOptions) => Promise<OpenWebSocket>;

export class OurServer {
  readonly #server: Server;
  #expected: ((accept: Accept) => void) | undefined;

  constructor(pageProtocol: Peer['pageProtocol']) {
    if (pageProtocol === 'HTTP/1.1') this.#server = this.#serveHttp();
    else this.#server = pageProtocol === 'HTTP/2' ? this.#serveHttp2() : this.#serveTcp();
  }

  /** Listens. Returns host and port. */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Accepts the next connection. */
  async accept(options: AcceptOptions): Promise<OpenWebSocket> {
    const accept = await new Promise<Accept>(resolve => (this.#expected = resolve));
    return accept(options);
  }

  stop(): void {
    this.#server.close();
  }

  /** Ignores connections without data, because undici opens an unused connection after a refusal. */
  #serveTcp(): Server {
    return createTcpServer(socket =>
      socket.once('readable', () => {
        if (socket.readableLength > 0)
          this.#expected?.(options => acceptWebSocket(nodeDuplex(socket), options));
        else socket.destroy();
      }),
    );
  }

  #serveHttp(): Server {
    const server = createHttpServer(async ({ url }, response) => {
      const { type, body } = (await file(url)) ?? {};
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(body);
    });
    return server.on('upgrade', (request, socket, head) =>
      this.#expected?.(options => upgrade(request, socket, head, options)),
    );
  }

  /** Supports only HTTP/2, so that the browser cannot fall back to HTTP/1.1. */
  #serveHttp2(): Http2Server {
    const server = createSecureServer({
      key,
      cert,
      allowHTTP1: false,
      settings: { enableConnectProtocol: true },
    });
    return server.on('stream', async (stream, headers) => {
      if (headers[':protocol'] === 'websocket') {
        this.#expected?.(options => upgradeHttp2(stream, headers, options));
        return;
      }
      const { type, body } = (await file(headers[':path'])) ?? {};
      stream.respond({ ':status': body === undefined ? 404 : 200, 'content-type': type ?? 'text/plain' });
      stream.end(body);
    });
  }
}

const page = `<!doctype html>
<script type="module">
  import { openWhatwg } from './whatwg.js';
  globalThis.openConnection = request => openWhatwg({ WebSocket, report }, request);
</script>`;

async function file(
  path: string | undefined,
): Promise<{ type: string; body: string | Uint8Array } | undefined> {
  if (path === '/') return { type: 'text/html', body: page };
  if (path !== '/whatwg.js') return undefined;
  return { type: 'text/javascript', body: await readFile(new URL('whatwg.js', peersFolder)) };
}
