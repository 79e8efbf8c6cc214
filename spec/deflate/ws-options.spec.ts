// Both of our roles against ws, with all of its options for permessage-deflate (RFC 7692 §7.1).

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PerMessageDeflateOptions, WebSocket, WebSocketServer } from 'ws';
import type { DeflateOptions } from '../../lib/deflate/deflate-options.ts';
import { dial, upgrade } from '../../lib/node.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';

const test = suite('permessage-deflate with ws');

const texts = ['', 'a', 'Hello', 'Hello, hello. '.repeat(20), 'Hello', '{"price":101.25},'.repeat(4000)];

/** The values of an option: absent, and all that zlib supports; it compresses with 9 bits for 8. */
const windows = [undefined, 9, 12];

function* combinations(): Iterable<PerMessageDeflateOptions> {
  for (const serverNoContextTakeover of [undefined, true]) {
    for (const clientNoContextTakeover of [undefined, true]) {
      for (const serverMaxWindowBits of windows) {
        for (const clientMaxWindowBits of windows) {
          const windowBits = {
            ...(serverMaxWindowBits !== undefined && { serverMaxWindowBits }),
            ...(clientMaxWindowBits !== undefined && { clientMaxWindowBits }),
          };
          yield {
            threshold: 0,
            ...(serverNoContextTakeover && { serverNoContextTakeover }),
            ...(clientNoContextTakeover && { clientNoContextTakeover }),
            ...windowBits,
          };
        }
      }
    }
  }
}

/** Our own options. */
const ownOptions: DeflateOptions[] = [
  { thresholdBytes: 0 },
  { thresholdBytes: 0, clientContextTakeover: false, serverMaxWindowBits: 10 },
  { thresholdBytes: 0, serverContextTakeover: false, clientMaxWindowBits: 11, serverMaxWindowBits: 12 },
];

async function listening(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Waits until each end of ws has closed, because it keeps a timer until then. */
async function closed(server: WebSocketServer): Promise<void> {
  await Promise.all([...server.clients].map(peer => once(peer, 'close')));
}

/** Sends all texts, and receives them from the other side. */
async function echo(socket: OpenWebSocket, what: string): Promise<void> {
  const reader = socket.readable.getReader();
  const writer = socket.writable.getWriter();
  for (const text of texts) {
    void writer.write(text);
    const { value } = await reader.read();
    assert.ok(value === text, what);
  }
  socket.close({ closeCode: 1000 });
  assert.is((await socket.closed).closeCode, 1000, what);
}

/** Whether we request a smaller window than the options of ws allow. */
function asksForLess(mine: DeflateOptions, theirs: PerMessageDeflateOptions): boolean {
  const { serverMaxWindowBits = 15, clientMaxWindowBits = 15 } = mine;
  return (
    (theirs.serverMaxWindowBits ?? 0) > serverMaxWindowBits ||
    (theirs.clientMaxWindowBits ?? 0) > clientMaxWindowBits
  );
}

/** Asserts that the agreement respects the options of both sides. */
function keeps(socket: OpenWebSocket, theirs: PerMessageDeflateOptions, mine: DeflateOptions): void {
  const agreed = socket.compression!;
  const what = JSON.stringify([theirs, mine, agreed]);
  assert.ok(
    agreed.serverMaxWindowBits <= Math.min(theirs.serverMaxWindowBits ?? 15, mine.serverMaxWindowBits ?? 15),
    what,
  );
  assert.ok(
    agreed.clientMaxWindowBits <= Math.min(theirs.clientMaxWindowBits ?? 15, mine.clientMaxWindowBits ?? 15),
    what,
  );
  if (theirs.serverNoContextTakeover || mine.serverContextTakeover === false)
    assert.not(agreed.serverContextTakeover);
  if (theirs.clientNoContextTakeover || mine.clientContextTakeover === false)
    assert.not(agreed.clientContextTakeover);
}

test('our client negotiates with every server of ws, and both exchange messages', async () => {
  let agreed = 0;
  for (const perMessageDeflate of combinations()) {
    const http = createServer();
    const server = new WebSocketServer({ server: http, perMessageDeflate });
    server.on('connection', peer =>
      peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary })),
    );
    const url = await listening(http);
    for (const deflate of ownOptions) {
      // It rejects a client that requests a smaller window than its options, although it could do without compression.
      if (asksForLess(deflate, perMessageDeflate)) {
        const refusal = await dial(url, { deflate }).catch((error: Error) => error);
        assert.match((refusal as Error).message, 'status 400');
        continue;
      }
      const socket = await dial(url, { deflate });
      keeps(socket, perMessageDeflate, deflate);
      await echo(socket, JSON.stringify([perMessageDeflate, deflate]));
      agreed++;
    }
    await closed(server);
    http.close();
  }
  assert.ok(agreed > 60);
});

test('our server negotiates with every client of ws, and both exchange messages', async () => {
  const http = createServer();
  const url = await listening(http);
  for (const perMessageDeflate of combinations()) {
    for (const deflate of ownOptions) {
      const accepted = new Promise<OpenWebSocket>((resolve, reject) =>
        http.once('upgrade', (request, socket, head) =>
          upgrade(request, socket, head, { deflate }).then(resolve, reject),
        ),
      );
      const peer = new WebSocket(url, { perMessageDeflate });
      peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
      const peerClosed = once(peer, 'close');
      const socket = await accepted;
      keeps(socket, perMessageDeflate, deflate);
      await echo(socket, JSON.stringify([perMessageDeflate, deflate]));
      await peerClosed;
    }
  }
  http.close();
});

test('a server of ws inflates output of our smallest window', async () => {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: { clientMaxWindowBits: 8 } });
  server.on('connection', peer =>
    peer.on('message', data => peer.send(data, { binary: false, compress: false })),
  );
  const socket = await dial(await listening(http), { deflate: { thresholdBytes: 0 } });
  assert.is(socket.compression!.clientMaxWindowBits, 8);
  await echo(socket, '8 bits');
  await closed(server);
  http.close();
});

test.run();
