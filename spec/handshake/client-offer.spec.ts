import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionTable } from '../../lib/base/option-table.ts';
import {
  type Agreement,
  ClientOffer,
  type ClientOfferOptions,
  clientOfferRules,
} from '../../lib/handshake/client-offer.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import type { RequestHead, ResponseHead } from '../../lib/handshake/head.ts';
import { HeaderFields, type HeaderList } from '../../lib/handshake/header-fields.ts';

const test = suite('ClientOffer');

const offers = new OptionTable('Bare', clientOfferRules);

/** A subclass that exposes the part that all versions of HTTP share. */
class Bare extends ClientOffer {
  override readonly request: RequestHead;
  readonly shared: HeaderList;
  constructor(options: ClientOfferOptions, url: string | URL = 'ws://h/') {
    super(url, offers.check(options));
    this.shared = this.fields;
    this.request = {
      type: 'request',
      method: 'GET',
      target: '/',
      version: '1.1',
      headers: HeaderFields.from(this.fields),
    };
  }
  override check(response: ResponseHead): Agreement {
    return this.agree(response);
  }
  answered(...headers: [string, string][]): Agreement {
    return this.check(answer(headers));
  }
}

const answer = (headers: HeaderList): ResponseHead => ({
  type: 'response',
  status: 101,
  reason: 'x',
  version: '1.1',
  headers: HeaderFields.from(headers),
});

const isHandshakeError = (error: unknown) =>
  (error as HandshakeError).name === 'HandshakeError' && (error as HandshakeError).response?.status === 101;
const isTypeError = (error: unknown) => error instanceof TypeError;

test('sends version 13 and nothing else by default', () => {
  assert.equal(new Bare({}).shared, [['Sec-WebSocket-Version', '13']]);
});

test('sends all options in order', () => {
  const offer = new Bare(
    {
      protocols: ['a', 'b'],
      extensions: 'foo; x="1", bar',
      origin: 'https://example.com',
      headers: [
        ['Cookie', 'c=d'],
        ['X', '1'],
        ['X', '2'],
      ],
    },
    new URL('wss://u:p@h:8080/x'),
  );
  assert.equal(offer.shared, [
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Protocol', 'a, b'],
    ['Sec-WebSocket-Extensions', 'foo; x="1", bar'],
    ['Origin', 'https://example.com'],
    ['Authorization', 'Basic dTpw'],
    ['Cookie', 'c=d'],
    ['X', '1'],
    ['X', '2'],
  ]);
  assert.is(offer.host, 'h:8080');
  assert.is(offer.url.port, 8080);
  assert.equal(offer.protocols, ['a', 'b']);
  assert.equal(
    offer.extensions.map(({ name }) => name),
    ['foo', 'bar'],
  );
});

test('prefers Host, Origin and Authorization of the headers to those of the URL', () => {
  const headers = { HOST: 'other', origin: 'http://o', authorization: 'Bearer x' };
  const offer = new Bare({ headers }, 'ws://u:p@h/');
  assert.is(offer.host, 'other');
  assert.is(offer.url.host, 'h');
  assert.equal(offer.shared, [
    ['Sec-WebSocket-Version', '13'],
    ['Origin', 'http://o'],
    ['Authorization', 'Bearer x'],
  ]);
});

test('sends headers with similar names', () => {
  const headers: [string, string][] = [
    ['X-Host', '1'],
    ['Hosts', '2'],
    ['Original-Origin', '3'],
    ['Authorization-Info', '4'],
  ];
  assert.equal(new Bare({ headers }).shared.slice(1), headers);
});

test('rejects Host, Origin and Authorization if they occur twice', () => {
  for (const name of ['Host', 'Origin', 'Authorization']) {
    const headers: [string, string][] = [
      [name, 'a'],
      [name.toLowerCase(), 'a'],
    ];
    assert.throws(() => new Bare({ headers }), isTypeError);
  }
  assert.throws(() => new Bare({ headers: { Origin: 'http://a' }, origin: 'http://a' }), isTypeError);
});

test('rejects options that cannot be sent', () => {
  assert.throws(() => new Bare({ origin: 'a\r\nb: c' }), isTypeError);
  assert.throws(() => new Bare({ headers: { a: 'b\n' } }), isTypeError);
  assert.throws(() => new Bare({ headers: { Upgrade: 'h2c' } }), isTypeError);
  assert.throws(() => new Bare({ extensions: 'foo;' }), isTypeError);
  assert.throws(() => new Bare({ extensions: '' }), isTypeError);
  assert.throws(
    () => new Bare({ protocols: ['a', 'a'] }),
    (error: unknown) => error instanceof SyntaxError,
  );
  assert.throws(
    () => new Bare({}, 'ftp://h'),
    (error: unknown) => error instanceof SyntaxError,
  );
});

test('accepts an answer without subprotocol and extensions (§4.1)', () => {
  assert.equal(new Bare({ protocols: ['a'], extensions: 'foo' }).answered(), {
    protocol: '',
    extensions: [],
  });
});

test('accepts one of the offered subprotocols, case-sensitively (§4.1)', () => {
  const offer = new Bare({ protocols: ['chat', 'b'] });
  assert.is(offer.answered(['sec-websocket-protocol', 'chat']).protocol, 'chat');
  assert.is(offer.answered(['Sec-WebSocket-Protocol', 'b']).protocol, 'b');
  for (const bad of ['Chat', 'c', '', 'chat, b', 'chat,', '__proto__']) {
    assert.throws(() => offer.answered(['Sec-WebSocket-Protocol', bad]), isHandshakeError);
  }
  assert.throws(
    () => offer.answered(['Sec-WebSocket-Protocol', 'chat'], ['Sec-WebSocket-Protocol', 'chat']),
    isHandshakeError,
  );
  assert.throws(() => new Bare({}).answered(['Sec-WebSocket-Protocol', 'chat']), isHandshakeError);
  assert.throws(() => new Bare({}).answered(['Sec-WebSocket-Protocol', '']), isHandshakeError);
});

test('accepts offered extensions, each once, over several lines (§4.1, §11.3.2)', () => {
  const offer = new Bare({ extensions: 'foo; a, foo, bar' });
  assert.equal(
    offer.answered(['Sec-WebSocket-Extensions', 'bar; x=1'], ['sec-websocket-extensions', 'foo']).extensions,
    [
      { name: 'bar', parameters: [['x', '1']] },
      { name: 'foo', parameters: [] },
    ],
  );
  for (const bad of ['x-foo', 'Foo', 'foo, foo', 'foo;', '', 'foo; a="b c"', 'constructor']) {
    assert.throws(() => offer.answered(['Sec-WebSocket-Extensions', bad]), isHandshakeError);
  }
  assert.throws(
    () => offer.answered(['Sec-WebSocket-Extensions', 'foo'], ['Sec-WebSocket-Extensions', 'foo']),
    isHandshakeError,
  );
  assert.throws(() => new Bare({}).answered(['Sec-WebSocket-Extensions', 'foo']), isHandshakeError);
});

test.run();
