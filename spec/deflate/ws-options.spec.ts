// Our two sides against ws with whatever its options can say about permessage-deflate (RFC 7692 §7.1).

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

/** Left out, and all that zlib can do; it takes 8 for 9 where it compresses. */
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

/** What we say ourselves. */
const ours: DeflateOptions[] = [
  { thresholdBytes: 0 },
  { thresholdBytes: 0, clientContextTakeover: false, serverMaxWindowBits: 10 },
  { thresholdBytes: 0, serverContextTakeover: false, clientMaxWindowBits: 11, serverMaxWindowBits: 12 },
];

async function listening(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Each end of ws behind it has closed: until then it keeps a timer. */
async function closed(server: WebSocketServer): Promise<void> {
  await Promise.all([...server.clients].map(peer => once(peer, 'close')));
}

/** Says all texts, and hears them from the other side. */
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

/** Whether we ask for a smaller window than ws was told to use. */
function asksForLess(mine: DeflateOptions, theirs: PerMessageDeflateOptions): boolean {
  const { serverMaxWindowBits = 15, clientMaxWindowBits = 15 } = mine;
  return (
    (theirs.serverMaxWindowBits ?? 0) > serverMaxWindowBits ||
    (theirs.clientMaxWindowBits ?? 0) > clientMaxWindowBits
  );
}

/** What was agreed keeps to what both sides said. */
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

test('our client agrees with every server of ws, and both understand each other', async () => {
  let agreed = 0;
  for (const perMessageDeflate of combinations()) {
    const http = createServer();
    const server = new WebSocketServer({ server: http, perMessageDeflate });
    server.on('connection', peer =>
      peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary })),
    );
    const url = await listening(http);
    for (const deflate of ours) {
      // It refuses whoever asks for a smaller window than it was told to use, though it might do without compression.
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

test('our server agrees with every client of ws, and both understand each other', async () => {
  const http = createServer();
  const url = await listening(http);
  for (const perMessageDeflate of combinations()) {
    for (const deflate of ours) {
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

test('a server of ws inflates what our smallest window wrote', async () => {
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
