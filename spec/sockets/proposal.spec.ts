import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ClientConnect } from '../../lib/handshake/client-connect.ts';
import { connectResponse } from '../../lib/handshake/connect-head.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import type { HeaderList } from '../../lib/handshake/header-fields.ts';
import { OpeningExchange } from '../../lib/sockets/opening-exchange.ts';
import { OpeningLimit } from '../../lib/sockets/opening-limit.ts';
import { type ConnectOptions, Proposal } from '../../lib/sockets/proposal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex } from '../support/hex.ts';
import { fromServer } from '../support/named-frames.ts';
import { settledConnect, settledOpening } from '../support/settled.ts';
import { fate } from '../support/settling.ts';

const test = suite('Proposal');

/** A response over HTTP/2; the spec of `connectWebSocket` covers HTTP/1.1. */
function proposing(headers: HeaderList, options: ConnectOptions = {}, rest = '') {
  const clock = new FakeClock();
  const duplex = new HandDuplex();
  const exchange = new OpeningExchange(duplex, new OpeningLimit(settledOpening({ clock })));
  const proposal = new Proposal(settledConnect({ clock, ...options }));
  const handshake = new ClientConnect('ws://h/', proposal.offer);
  const opening = proposal.open(exchange, handshake, connectResponse(headers), fromHex(rest));
  opening.catch(() => {});
  return { duplex, opening, handshake };
}

test('offers the contents of the options', () => {
  const { offer } = new Proposal(
    settledConnect({ protocols: ['a'], headers: { 'X-A': 'b' }, origin: 'https://o', deflate: true }),
  );
  assert.equal(offer, {
    protocols: ['a'],
    headers: [['X-A', 'b']],
    origin: 'https://o',
    extensions: 'permessage-deflate; client_max_window_bits',
  });
  assert.is(new Proposal(settledConnect({})).offer.extensions, 'permessage-deflate; client_max_window_bits');
  assert.is(new Proposal(settledConnect({ deflate: false })).offer.extensions, undefined);
  assert.throws(() => new Proposal(settledConnect({ closeTimeoutMs: -1 })), /closeTimeoutMs/);
});

test('opens with the agreement, and reads the bytes after the response', async () => {
  const headers = [
    [':status', '200'],
    ['sec-websocket-protocol', 'b'],
    ['sec-websocket-extensions', 'permessage-deflate; server_no_context_takeover'],
  ] as const;
  const { opening, handshake } = proposing(
    headers,
    { protocols: ['a', 'b'], deflate: true },
    fromServer.text('hi'),
  );
  const socket = await opening;
  assert.equal([socket.protocol, socket.response.status], ['b', 200]);
  assert.is(socket.extensions, 'permessage-deflate; server_no_context_takeover');
  assert.is(socket.compression?.serverContextTakeover, false);
  assert.is(socket.request, handshake.request);
  assert.is((await socket.readable.getReader().read()).value, 'hi');
  socket.terminate();
});

test('passes on other errors unchanged, without waiting for a body', async () => {
  const mine = new Error('mine');
  class Broken extends ClientConnect {
    override check(): never {
      throw mine;
    }
  }
  const clock = new FakeClock();
  const exchange = new OpeningExchange(new HandDuplex(), new OpeningLimit(settledOpening({ clock })));
  const proposal = new Proposal(settledConnect({ clock }));
  const handshake = new Broken('ws://h/', proposal.offer);
  const response = connectResponse([[':status', '403']]);
  assert.is(await fate(proposal.open(exchange, handshake, response, new Uint8Array(0))), mine);
});

test('keeps a refusal in the error, with the first 4096 bytes of its body', async () => {
  const { duplex, opening } = proposing([[':status', '403']], {}, '01');
  duplex.give(new Uint8Array(5000));
  const { response } = (await fate(opening)) as HandshakeError;
  assert.equal([response?.status, response?.body.length, response?.body[0]], [403, 4096, 1]);
});

test('waits for a body no longer than its length, and not at all if there is none', async () => {
  for (const [headers, length] of [
    [
      [
        [':status', '403'],
        ['content-length', '2'],
      ],
      2,
    ],
    [[[':status', '304']], 0],
    [
      [
        [':status', '200'],
        ['sec-websocket-protocol', 'x'],
      ],
      0,
    ],
  ] as [HeaderList, number][]) {
    const { duplex, opening } = proposing(headers);
    duplex.give('010203');
    const { response } = (await fate(opening)) as HandshakeError;
    assert.is(response?.body.length, length);
  }
});

test('fails if the server chooses no subprotocol, unless requireProtocol is false', async () => {
  const headers = [[':status', '200']] as const;
  const error = (await fate(proposing(headers, { protocols: ['a', 'b'] }).opening)) as HandshakeError;
  assert.equal([error.code, error.response?.status], ['ERR_NO_PROTOCOL', 200]);
  assert.match(error.message, 'the server chose none of the offered subprotocols "a", "b"');
  assert.match(error.message, 'requireProtocol: false');

  const socket = await proposing(headers, { protocols: ['a', 'b'], requireProtocol: false }).opening;
  assert.is(socket.protocol, '');
  socket.terminate();
});

test('fails on compression that exceeds the offer (RFC 7692 §5.1)', async () => {
  const headers = [
    [':status', '200'],
    ['sec-websocket-extensions', 'permessage-deflate; server_max_window_bits=99'],
  ] as const;
  const error = (await fate(proposing(headers, { deflate: true }).opening)) as HandshakeError;
  assert.equal([error.name, error.response?.status], ['HandshakeError', 200]);
});

test.run();
