// The checks of every pair. Each is written once, for our client and for our server.

import assert from 'node:assert/strict';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import type { DeflateOptions } from '../../lib/deflate/deflate-options.ts';
import { fflateCodec } from '../../lib/fflate/fflate-codec.ts';
import { zlibCodec } from '../../lib/hosts/zlib-codec.ts';
import { HandshakeError } from '../../lib/index.ts';
import type { Meeting } from './meeting.ts';
import { refusal } from './peer.ts';

/** The headings of the table's columns; → is from us to the peer. */
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
export type Check = (meeting: Meeting) => Promise<void>;

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const mebibyte = 2 ** 20;
/** Text with characters of two, three and four bytes, so that small frames split them. */
const widely = 'Grüße aus der Ferne: 你好 🌍';

export const checks: Readonly<Record<CheckName, Check>> = {
  text: meeting => echo(meeting, [widely, 'a', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(65_536)]),

  binary: meeting => echo(meeting, [everyByte, everyByte.subarray(0, 1), new Uint8Array(65_535)]),

  empty: meeting => echo(meeting, ['', new Uint8Array(0), '']),

  '1 MiB': meeting => {
    const bytes = Uint8Array.from({ length: mebibyte }, (_, i) => (i * 2_654_435_761) >>> 24);
    return echo(meeting, ['0123456789abcdef'.repeat(mebibyte / 16), bytes]);
  },

  'frag→': meeting => echo(meeting, [widely, everyByte], { maxFrameBytes: 5 }),

  async 'frag←'(meeting) {
    const encounter = meeting.open({ path: '/fragments' });
    await encounter.hear('one two thrée');
    await encounter.leave();
    // A limit of two fragments shows that there were three.
    const limited = meeting.open({ path: '/fragments', options: { maxFragments: 2 } });
    await assert.rejects((await limited.socket).closed, { closeCode: 1008 });
  },

  async 'ping→'(meeting) {
    const encounter = meeting.open({ path: '/echo' });
    const socket = await encounter.socket;
    const roundTrips = await Promise.all([
      socket.ping(),
      socket.ping(new Uint8Array(0)),
      socket.ping(everyByte.subarray(0, 125)),
    ]);
    for (const ms of roundTrips) assert.ok(ms >= 0, `a round trip of ${ms} ms`);
    await encounter.leave();
  },

  async 'ping←'(meeting) {
    const encounter = meeting.open({ path: '/ping' });
    await encounter.hear('pong marco');
    await encounter.leave();
  },

  async 'close→'(meeting) {
    const encounter = meeting.open({ path: '/echo' });
    const socket = await encounter.socket;
    socket.close({ closeCode: 4001, reason: 'bis später' });
    assert.equal((await socket.closed).closeCode, 4001);
    assert.equal(socket.closeRecord.initiator, 'local');
    assert.deepEqual(await encounter.report('closed'), { type: 'closed', code: 4001, reason: 'bis später' });
  },

  async 'close←'(meeting) {
    const encounter = meeting.open({ path: '/close', query: { code: '4002', reason: 'bis später' } });
    const socket = await encounter.socket;
    assert.deepEqual(await socket.closed, { closeCode: 4002, reason: 'bis später' });
    assert.equal(socket.closeRecord.initiator, 'remote');
    assert.equal((await encounter.report('closed')).code, 4002);
  },

  async proto(meeting) {
    const encounter = meeting.open({ path: '/echo', offered: ['first', 'second'], supported: 'second' });
    assert.equal((await encounter.socket).protocol, 'second');
    assert.deepEqual(await encounter.report('open'), { type: 'open', protocol: 'second' });
    await encounter.leave();
  },

  async '≠proto'(meeting) {
    const encounter = meeting.open({ path: '/echo', offered: ['right'], supported: 'wrong' });
    // A server of the peer may choose a protocol that was not offered; ours never does.
    if (meeting.role === 'server') {
      await assert.rejects(encounter.socket, isHandshakeError(101));
      return;
    }
    assert.equal((await encounter.socket).protocol, '');
    const { type } = await encounter.report('open', 'failed');
    assert.equal(type, meeting.peer.withoutSubprotocol);
    if (type === 'open') await encounter.leave();
  },

  async refuse(meeting) {
    const encounter = meeting.open({ path: '/refuse' });
    await assert.rejects(encounter.socket, isHandshakeError(refusal.status, refusal.body));
    if (meeting.role === 'server') return;
    assert.deepEqual(await encounter.report('failed'), { type: 'failed', ...meeting.peer.tellsOfRefusal });
  },

  deflate: meeting => compressed(meeting, builtInCodec),
  zlib: meeting => compressed(meeting, zlibCodec),
  fflate: meeting => compressed(meeting, fflateCodec),

  /** What the peer may offer several times, and what it asks for itself: RFC 7692 §5.1, 7.1. */
  async offers(meeting) {
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
      const encounter = meeting.open({ path: '/echo', query, options: { deflate } });
      assert.equal((await encounter.socket).extensions, extensions);
      for (const message of ['', widely, widely, 'again and again '.repeat(4096), everyByte]) {
        await Promise.all([encounter.say(message), encounter.hear(message)]);
      }
      await encounter.leave();
    }
  },
};

/** Checks that messages of all lengths return unchanged: with takeover, without, and in many frames. */
async function compressed(meeting: Meeting, codec: DeflateCodec): Promise<void> {
  const record = (_: unknown, i: number) => ({
    id: i,
    name: `name ${(i * 7919) % 1000}`,
    value: Math.sin(i),
  });
  const records = JSON.stringify(Array.from({ length: 3000 }, record));
  const messages = [widely, widely, '', everyByte, 'again and again '.repeat(4096), records, widely];
  await echo(meeting, messages, { deflate: { codec, thresholdBytes: 0 } });
  await echo(meeting, messages, {
    deflate: { codec, thresholdBytes: 0, clientContextTakeover: false, serverContextTakeover: false },
  });
  await echo(meeting, messages.slice(0, 4), { deflate: { codec }, maxFrameBytes: 5 });
}

/** Checks that the messages return unchanged, and that compression has the parameters of our options. */
async function echo(
  meeting: Meeting,
  messages: readonly (string | Uint8Array)[],
  options: Parameters<Meeting['open']>[0]['options'] = {},
): Promise<void> {
  const encounter = meeting.open({ path: '/echo', options });
  const { extensions } = await encounter.socket;
  assert.equal(extensions.split(';')[0], options.deflate === undefined ? '' : 'permessage-deflate');
  for (const message of messages) await Promise.all([encounter.say(message), encounter.hear(message)]);
  await encounter.leave();
}

function isHandshakeError(status: number, body = ''): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof HandshakeError, `${error}`);
    assert.equal(error.response?.status, status);
    assert.equal(new TextDecoder().decode(error.response?.body), body);
    return true;
  };
}
