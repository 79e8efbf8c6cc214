// Our side as a server. Programs reach it by TCP, and our own parser reads their request; pages come over the HTTP server
// of Node, of HTTP/1.1 or of HTTP/2 alone, which gives them the page and hands the upgrade to us.

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

/** Makes a WebSocket of the connection that has come. */
type Accept = (options: AcceptOptions) => Promise<OpenWebSocket>;

export class OurServer {
  readonly #server: Server;
  #expected: ((accept: Accept) => void) | undefined;

  constructor(pageOver: Peer['pageOver']) {
    if (pageOver === 'HTTP/1.1') this.#server = this.#serveHttp();
    else this.#server = pageOver === 'HTTP/2' ? this.#serveHttp2() : this.#serveTcp();
  }

  /** Host and port. */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next connection. */
  async accept(options: AcceptOptions): Promise<OpenWebSocket> {
    const accept = await new Promise<Accept>(resolve => (this.#expected = resolve));
    return accept(options);
  }

  stop(): void {
    this.#server.close();
  }

  /** After a refusal undici opens a connection that it never uses: only one that says something has come. */
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

  /** A WebSocket comes by HTTP/2 or not at all. */
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
