// Faults that were found in use and that only a network or a separate process shows.

import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import { nodeDuplex } from '../../lib/hosts/node-duplex.ts';
import { systemClock } from '../../lib/sockets/deadline-timer.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { SocketOptions } from '../../lib/sockets/socket-options.ts';
import { fromHex } from '../support/hex.ts';
import { fromClient } from '../support/named-frames.ts';
import { tcpPair } from '../support/node-servers.ts';
import { socketOver } from '../support/socket-over.ts';

const test = suite('faults found in use, over TCP');

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** Returns a server’s WebSocket over TCP, and the raw socket of its peer, which is paused. */
async function overTcp(
  options: SocketOptions,
): Promise<{ peer: Socket; socket: OpenWebSocket; stop: () => void }> {
  const [peer, server] = await tcpPair();
  peer.on('error', () => {});
  const socket = socketOver('server', nodeDuplex(server), options, systemClock);
  const stop = () => {
    socket.terminate();
    peer.destroy();
  };
  return { peer, socket, stop };
}

/** Returns the error of `closed`, or undefined if it comes too late. */
async function failureWithin(ms: number, socket: OpenWebSocket): Promise<WebSocketError | undefined> {
  const failure = socket.closed.then(
    () => undefined,
    (error: WebSocketError) => error,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([failure, late]).finally(() => clearTimeout(timer));
}

test('A6: fails the connection after writeTimeoutMs if the peer stops reading', async () => {
  const { peer, socket, stop } = await overTcp({ writeTimeoutMs: 300 });
  peer.pause();
  for (let i = 0; i < 300; i++) void socket.send(new Uint8Array(65_536));
  const error = await failureWithin(5000, socket);
  assert.is(error?.closeCode, 1006);
  assert.match(error!.message, 'writeTimeoutMs');
  stop();
});

test('A7: fails with 1008 for a peer that trickles bytes into a frame', async () => {
  const { peer, socket, stop } = await overTcp({ frameTimeoutMs: 300, closeTimeoutMs: 500 });
  peer.resume();
  peer.write(fromHex(fromClient.binary('', { declared: 16_384 })));
  const drip = setInterval(() => peer.write(fromHex('61')), 200);
  const error = await failureWithin(5000, socket);
  clearInterval(drip);
  assert.is(error?.closeCode, 1008);
  stop();
});

/** Reads a number of bytes per second for some time. */
async function readSlowly(peer: Socket, bytesPerSecond: number, ms: number): Promise<void> {
  const started = performance.now();
  let taken = 0;
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - started) {
    await pause(20);
    while (taken < (bytesPerSecond * elapsed) / 1000) {
      const chunk: Uint8Array | null = peer.read();
      if (chunk === null) break;
      taken += chunk.length;
    }
  }
}

test('B1: does not give up a slow reader while a ping is queued after megabytes in the kernel', async () => {
  const timeouts = { pingIntervalMs: 300, pingTimeoutMs: 2500, writeTimeoutMs: 2500 };
  const { peer, socket, stop } = await overTcp(timeouts);
  peer.pause();
  const sent = socket.send(new Uint8Array(40_000_000));
  await readSlowly(peer, 1_600_000, 5500);
  assert.equal([socket.closeRecord.cause, socket.bufferedAmount > 0], [undefined, true]);
  stop();
  await sent.catch(() => {});
});

test('B12: does not keep the process alive by timers of sockets in memory', async () => {
  const lib = (name: string) => JSON.stringify(new URL(`../../lib/${name}.js`, import.meta.url).href);
  const program = `
    import { acceptWebSocket, connectWebSocket } from ${lib('index')};
    import { duplexPair } from ${lib('testing')};
    const [left, right] = duplexPair();
    const [client, server] = await Promise.all([
      connectWebSocket(left, 'ws://example.com/'),
      acceptWebSocket(right),
    ]);
    await client.send('hello');
    const reader = server.readable.getReader();
    console.log((await reader.read()).value, client.closing, server.closing);
  `;
  const started = performance.now();
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
  assert.is(stdout.trim(), 'hello false false');
  assert.ok(performance.now() - started < 15_000);
});

test.run();
