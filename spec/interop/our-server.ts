// Our side as a server. Programs reach it by TCP, and our own parser reads their request; pages come over the HTTP server
// of Node, which gives them the page and hands the upgrade to us.

import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { type AcceptOptions, acceptWebSocket } from '../../lib/index.ts';
import { nodeDuplex, upgrade } from '../../lib/node.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { peersFolder } from './peers-folder.ts';

/** Makes a WebSocket of the connection that has come. */
type Accept = (options: AcceptOptions) => Promise<OpenWebSocket>;

export class OurServer {
  readonly #server: Server;
  #expected: ((accept: Accept) => void) | undefined;

  constructor(forPages: boolean) {
    this.#server = forPages ? this.#serveHttp() : this.#serveTcp();
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

  #serveTcp(): Server {
    return createTcpServer(socket =>
      this.#expected?.(options => acceptWebSocket(nodeDuplex(socket), options)),
    );
  }

  #serveHttp(): HttpServer {
    const server = createHttpServer(({ url }, response) => servePage(url, response));
    return server.on('upgrade', (request, socket, head) =>
      this.#expected?.(options => upgrade(request, socket, head, options)),
    );
  }
}

const page = `<!doctype html>
<script type="module">
  import { openWhatwg } from './whatwg.js';
  globalThis.openConnection = request => openWhatwg({ WebSocket, report }, request);
</script>`;

async function servePage(url: string | undefined, response: ServerResponse): Promise<void> {
  if (url === '/') response.setHeader('content-type', 'text/html').end(page);
  else if (url === '/whatwg.js') {
    const script = await readFile(new URL('whatwg.js', peersFolder));
    response.setHeader('content-type', 'text/javascript').end(script);
  } else response.writeHead(404).end();
}
