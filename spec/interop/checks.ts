// The checks of every pair, for wsluice as client and as server.

import assert from 'node:assert/strict';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import type { DeflateOptions } from '../../lib/deflate/deflate-options.ts';
import { fflateCodec } from '../../lib/fflate/fflate-codec.ts';
import { zlibCodec } from '../../lib/hosts/zlib-codec.ts';
import { HandshakeError } from '../../lib/index.ts';
import { refusal } from './peer.ts';
import type { PeerPair } from './peer-pair.ts';

/** The headings of the table's columns: → is sent by wsluice, ← by the peer. */
export type CheckName =
  | 'text'
  | 'binary'
  | 'empty'
  | '1 MiB'
  | 'frag→'
  | 'frag←'
  | 'ping→'
  | 'ping←'
  | 'close→'
  | 'close←'
  | 'proto'
  | '≠proto'
  | 'refuse'
  | 'deflate'
  | 'zlib'
  | 'fflate'
  | 'offers';

/** A check. Rejects if it fails. */
export type Check = (pair: PeerPair) => Promise<void>;

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const mebibyte = 2 ** 20;
/** Text with characters of two, three and four bytes, which small frames split. */
const multilingual = 'Grüße aus der Ferne: 你好 🌍';

export const checks: Readonly<Record<CheckName, Check>> = {
  text: pair => echo(pair, [multilingual, 'a', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(65_536)]),

  binary: pair => echo(pair, [everyByte, everyByte.subarray(0, 1), new Uint8Array(65_535)]),

  empty: pair => echo(pair, ['', new Uint8Array(0), '']),

  '1 MiB': pair => {
    const bytes = Uint8Array.from({ length: mebibyte }, (_, i) => (i * 2_654_435_761) >>> 24);
    return echo(pair, ['0123456789abcdef'.repeat(mebibyte / 16), bytes]);
  },

  'frag→': pair => echo(pair, [multilingual, everyByte], { maxFrameBytes: 5 }),

  async 'frag←'(pair) {
    const connection = pair.open({ path: '/fragments' });
    await connection.expect('one two thrée');
    await connection.close();
    // A limit of two fragments fails, so there were three.
    const limited = pair.open({ path: '/fragments', options: { maxFragments: 2 } });
    await assert.rejects((await limited.socket).closed, { closeCode: 1008 });
  },

  async 'ping→'(pair) {
    const connection = pair.open({ path: '/echo' });
    const socket = await connection.socket;
    const roundTrips = await Promise.all([
      socket.ping(),
      socket.ping(new Uint8Array(0)),
      socket.ping(everyByte.subarray(0, 125)),
    ]);
    for (const ms of roundTrips) assert.ok(ms >= 0, `a round trip of ${ms} ms`);
    await connection.close();
  },

  async 'ping←'(pair) {
    const connection = pair.open({ path: '/ping' });
    await connection.expect('pong marco');
    await connection.close();
  },

  async 'close→'(pair) {
    const connection = pair.open({ path: '/echo' });
    const socket = await connection.socket;
    socket.close({ closeCode: 4001, reason: 'bis später' });
    assert.equal((await socket.closed).closeCode, 4001);
    assert.equal(socket.closeRecord.initiator, 'local');
    assert.deepEqual(await connection.report('closed'), { type: 'closed', code: 4001, reason: 'bis später' });
  },

  async 'close←'(pair) {
    const connection = pair.open({ path: '/close', query: { code: '4002', reason: 'bis später' } });
    const socket = await connection.socket;
    assert.deepEqual(await socket.closed, { closeCode: 4002, reason: 'bis später' });
    assert.equal(socket.closeRecord.initiator, 'remote');
    assert.equal((await connection.report('closed')).code, 4002);
  },

  async proto(pair) {
    const connection = pair.open({ path: '/echo', offered: ['first', 'second'], supported: 'second' });
    assert.equal((await connection.socket).protocol, 'second');
    assert.deepEqual(await connection.report('open'), { type: 'open', protocol: 'second' });
    await connection.close();
  },

  async '≠proto'(pair) {
    const connection = pair.open({ path: '/echo', offered: ['right'], supported: 'wrong' });
    // Servers of peers can select a protocol that was not offered; our server cannot.
    if (pair.role === 'server') {
      await assert.rejects(connection.socket, isHandshakeError(101));
      return;
    }
    assert.equal((await connection.socket).protocol, '');
    const { type } = await connection.report('open', 'failed');
    assert.equal(type, pair.peer.withoutSubprotocol);
    if (type === 'open') await connection.close();
  },

  async refuse(pair) {
    const connection = pair.open({ path: '/refuse' });
    await assert.rejects(connection.socket, isHandshakeError(refusal.status, refusal.body));
    if (pair.role === 'server') return;
    assert.deepEqual(await connection.report('failed'), { type: 'failed', ...pair.peer.refusalReport });
  },

  deflate: pair => compressed(pair, builtInCodec),
  zlib: pair => compressed(pair, zlibCodec),
  fflate: pair => compressed(pair, fflateCodec),

  /** Negotiates several offers, and offers with requirements for our messages (RFC 7692 §5.1, §7.1). */
  async offers(pair) {
    const three = [
      { server_max_window_bits: 8, client_max_window_bits: true },
      { server_max_window_bits: 10, server_no_context_takeover: true },
      {},
    ];
    const small = { server_max_window_bits: 9, client_no_context_takeover: true };
    const agreed: [offers: object[], options: DeflateOptions | false, extensions: string][] = [
      [three, {}, 'permessage-deflate; server_max_window_bits=8'],
      [
        three,
        { codec: zlibCodec },
        'permessage-deflate; server_no_context_takeover; server_max_window_bits=10',
      ],
      [three.slice(2), {}, 'permessage-deflate'],
      [[small], {}, 'permessage-deflate; client_no_context_takeover; server_max_window_bits=9'],
      [three, false, ''],
    ];
    for (const [offers, deflate, extensions] of agreed) {
      const query = { offers: JSON.stringify(offers) };
      const connection = pair.open({ path: '/echo', query, options: { deflate } });
      assert.equal((await connection.socket).extensions, extensions);
      for (const message of ['', multilingual, multilingual, 'again and again '.repeat(4096), everyByte]) {
        await Promise.all([connection.send(message), connection.expect(message)]);
      }
      await connection.close();
    }
  },
};

/** Checks that compressed messages are echoed with context takeover, without it, and in many frames. */
async function compressed(pair: PeerPair, codec: DeflateCodec): Promise<void> {
  const record = (_: unknown, i: number) => ({
    id: i,
    name: `name ${(i * 7919) % 1000}`,
    value: Math.sin(i),
  });
  const records = JSON.stringify(Array.from({ length: 3000 }, record));
  const messages = [
    multilingual,
    multilingual,
    '',
    everyByte,
    'again and again '.repeat(4096),
    records,
    multilingual,
  ];
  await echo(pair, messages, { deflate: { codec, thresholdBytes: 0 } });
  await echo(pair, messages, {
    deflate: { codec, thresholdBytes: 0, clientContextTakeover: false, serverContextTakeover: false },
  });
  await echo(pair, messages.slice(0, 4), { deflate: { codec }, maxFrameBytes: 5 });
}

/** Checks that the messages are echoed, and that compression is negotiated if our options say so. */
async function echo(
  pair: PeerPair,
  messages: readonly (string | Uint8Array)[],
  options: Parameters<PeerPair['open']>[0]['options'] = {},
): Promise<void> {
  const connection = pair.open({ path: '/echo', options });
  const { extensions } = await connection.socket;
  assert.equal(extensions.split(';')[0], options.deflate === undefined ? '' : 'permessage-deflate');
  for (const message of messages) await Promise.all([connection.send(message), connection.expect(message)]);
  await connection.close();
}

function isHandshakeError(status: number, body = ''): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof HandshakeError, `${error}`);
    assert.equal(error.response?.status, status);
    assert.equal(new TextDecoder().decode(error.response?.body), body);
    return true;
  };
}
