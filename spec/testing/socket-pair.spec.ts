import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { systemClock } from '../../lib/sockets/deadline-timer.ts';
import { fakeClock } from '../../lib/testing/fake-clock.ts';
import { socketPair } from '../../lib/testing/socket-pair.ts';
import { fate } from '../support/settling.ts';

const test = suite('socketPair');

test('opens both sides, which exchange messages', async () => {
  const { client, server } = await socketPair();
  await client.send('hello');
  assert.is((await server.readable.getReader().read()).value, 'hello');
  await server.send('hello yourself');
  assert.is((await client.readable.getReader().read()).value, 'hello yourself');
  server.close({ closeCode: 4000 });
  assert.equal(await client.closed, { closeCode: 4000, reason: '' });
});

test('passes each side its options, also inherited ones, and the URL', async () => {
  class ServerOptions {
    protocols = ['chat'];
    authorize() {
      return this.protocols[0] === 'chat' ? undefined : { status: 500 };
    }
  }
  for (const clock of [undefined, systemClock]) {
    await using pair = await socketPair({
      url: 'ws://example.com/room?id=7',
      client: Object.create({ protocols: ['chat'] }),
      server: new ServerOptions(),
      clock,
    });
    assert.equal(
      [pair.client.protocol, pair.server.protocol, pair.server.request.target],
      ['chat', 'chat', '/room?id=7'],
    );
  }
});

test('rejects if one side refuses the handshake', async () => {
  const error = await fate(socketPair({ server: { authorize: () => ({ status: 401 }) } }));
  assert.instance(error, HandshakeError);
});

test('rejects invalid options by name', async () => {
  const bad: [options: object, message: RegExp][] = [
    [{ clinet: {} }, /^socketPair has no option "clinet" \(did you mean "client"\?\)$/],
    [{ client: 7 }, /^client must be an object/],
    [{ url: 7 }, /^url must be a string/],
    [{ clock: {} }, /^clock must be a clock with/],
    [{ server: { protocol: 'a' } }, /^acceptWebSocket has no option "protocol"/],
  ];
  for (const [options, message] of bad) {
    const error = (await fate(socketPair(options as never))) as Error;
    assert.instance(error, TypeError);
    assert.match(error.message, message);
  }
});

test('can be cut like a network', async () => {
  for (const reason of [undefined, new Error('no network')]) {
    const pair = await socketPair();
    pair.cut(reason);
    for (const socket of [pair.client, pair.server]) {
      const error = (await socket.closed.catch(error => error)) as { closeCode: number; cause: Error };
      assert.is(error.closeCode, 1006);
    }
    const { cause } = (await fate(pair.client.closed)) as Error;
    assert.is((cause as Error).message, reason?.message ?? 'the connection was cut');
    await pair[Symbol.asyncDispose]();
  }
});

test('closes both sides when it is disposed', async () => {
  const pair = await socketPair();
  pair.client.send('not read');
  await pair[Symbol.asyncDispose]();
  assert.equal([await fate(pair.client.closed), await fate(pair.server.closed)], ['fulfilled', 'fulfilled']);
});

test('closes while a message is open and unread, even if its clock stands still', async () => {
  const pair = await socketPair({ clock: fakeClock(), server: { deliver: 'parts' } });
  const writer = pair.client.openMessage('binary').getWriter();
  for (let i = 0; i < 4; i++) writer.write(new Uint8Array(100_000)).catch(() => {});
  writer.closed.catch(() => {});
  await pair[Symbol.asyncDispose]();
  assert.ok(pair.server.closeRecord.received);
});

test.run();
