import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { ClientOpening } from '../../lib/sockets/client-opening.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { settledConnect } from '../support/settled.ts';
import { fate } from '../support/settling.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('ClientOpening');

test('gives the URL to dial, and rejects invalid arguments', () => {
  const { hostname, port, secure } = new ClientOpening('wss://h:8443/', settledConnect()).target;
  assert.equal([hostname, port, secure], ['h', 8443, true]);
  assert.throws(() => new ClientOpening('ftp://h/', settledConnect()), /must have the scheme/);
  const twice = settledConnect({ origin: 'http://a', headers: { Origin: 'http://b' } });
  assert.throws(() => new ClientOpening('ws://h/', twice), /Origin/);
});

test('opens over a duplex, once', async () => {
  const [near, far] = duplexPair();
  const accepted = acceptWebSocket(far);
  const opening = new ClientOpening('ws://h/', settledConnect());
  const socket = await opening.over(near, opening.limit());
  assert.is(socket.request.target, '/');
  socket.close({ closeCode: 1000 });
  assert.equal(await (await accepted).closed, { closeCode: 1000, reason: '' });
});

test('uses the signal of its options, or the one that replaces it', async () => {
  const own = new AbortController();
  const other = new AbortController();
  const opening = new ClientOpening(
    'ws://h/',
    settledConnect({ signal: own.signal, clock: new FakeClock() }),
  );
  const first = opening.over(new HandDuplex(), opening.limit());
  const second = opening.over(new HandDuplex(), opening.limit(other.signal));
  own.abort(new Error('own'));
  assert.is(((await fate(first)) as Error).message, 'own');
  assert.is(await fate(second), 'pending');
  other.abort(new Error('other'));
  assert.is(((await fate(second)) as Error).message, 'other');
});

test('releases the duplex if the handshake fails', async () => {
  const duplex = new HandDuplex();
  const opening = new ClientOpening('ws://h/', settledConnect({ clock: new FakeClock() }));
  const opened = opening.over(duplex, opening.limit());
  duplex.end();
  const error = (await fate(opened)) as HandshakeError;
  assert.is(error.name, 'HandshakeError');
  assert.is(duplex.out.at(-1), error);
});

/** Returns an opening whose server has sent this text. */
function answered(text: string, url = 'ws://h/') {
  const clock = new FakeClock();
  const duplex = new HandDuplex();
  const opening = new ClientOpening(url, settledConnect({ clock }));
  const opened = opening.over(duplex, opening.limit());
  opened.catch(() => {});
  duplex.give(utf8(text));
  return { clock, duplex, opened };
}

test('skips at most 16 interim responses', async () => {
  const { opened } = answered('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(17));
  assert.match(((await fate(opened)) as Error).message, /more than 16 interim responses$/);
  const { opened: refused } = answered(`${'HTTP/1.1 100 x\r\n\r\n'.repeat(16)}HTTP/1.1 204 x\r\n\r\n`);
  assert.is(((await fate(refused)) as HandshakeError).response?.status, 204);
});

test('hints at TLS if the server does not speak HTTP, and only then', async () => {
  const hint = /If the server speaks TLS, use wss:$/;
  assert.match(((await fate(answered('\x15\x03\r\n').opened)) as Error).message, hint);
  assert.not.match(((await fate(answered('\x15\x03\r\n', 'wss://h/').opened)) as Error).message, hint);
  assert.not.match(((await fate(answered('HTTP/1.1 101 x\r\nx\r\n').opened)) as Error).message, hint);
  const late = answered('');
  await fate(late.opened);
  late.clock.moveTo(10_000);
  assert.is(((await fate(late.opened)) as HandshakeError).code, 'ERR_HANDSHAKE_TIMEOUT');
});

test.run();
