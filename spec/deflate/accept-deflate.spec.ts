import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { acceptDeflate } from '../../lib/deflate/accept-deflate.ts';
import { type DeflateOptions, deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { zlibCodec } from '../../lib/hosts/zlib-codec.ts';
import { elements } from '../support/extension-elements.ts';

const test = suite('acceptDeflate');

/** Returns a server's answer and agreement for a header, or `undefined`. */
const accept = (offers: string, options: DeflateOptions = {}) =>
  acceptDeflate(elements(offers), deflateSettings('server', options)!);
const answer = (offers: string, options: DeflateOptions = {}) => accept(offers, options)?.answer;

test('accepts a plain offer', () => {
  assert.equal(accept('permessage-deflate'), {
    agreement: {
      serverContextTakeover: true,
      clientContextTakeover: true,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
    },
    answer: 'permessage-deflate',
  });
});

test('ignores other extensions, and answers nothing without an offer (RFC 7692 §5)', () => {
  assert.is(answer('foo, permessage-deflate'), 'permessage-deflate');
  for (const offers of ['foo', 'x-webkit-deflate-frame', 'Permessage-Deflate', 'constructor', '__proto__']) {
    assert.is(accept(offers), undefined, offers);
  }
  assert.is(acceptDeflate([], deflateSettings('server', true)!), undefined);
});

test('accepts the first offer that it supports (§5, §7.1.3)', () => {
  const three =
    'permessage-deflate; server_max_window_bits=8, permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate';
  assert.is(answer(three), 'permessage-deflate; server_max_window_bits=8');
  assert.is(answer(three, { codec: zlibCodec }), 'permessage-deflate; server_max_window_bits=10');
  const fixedWindow = { ...zlibCodec, minWindowBits: 15 };
  assert.is(answer(three, { codec: fixedWindow }), 'permessage-deflate');
});

test('declines invalid offers, and continues with the next (§7)', () => {
  for (const wrong of [
    'foo',
    'server_no_context_takeover=1',
    'server_max_window_bits=7',
    'server_max_window_bits',
    'client_max_window_bits; client_max_window_bits',
  ]) {
    assert.is(accept(`permessage-deflate; ${wrong}`), undefined, wrong);
    assert.is(answer(`permessage-deflate; ${wrong}, permessage-deflate`), 'permessage-deflate', wrong);
  }
});

test('disables takeover if the client requests that, and confirms it (§7.1.1.1)', () => {
  const accepted = accept('permessage-deflate; server_no_context_takeover')!;
  assert.is(accepted.answer, 'permessage-deflate; server_no_context_takeover');
  assert.is(accepted.agreement.serverContextTakeover, false);
  assert.is(accepted.agreement.clientContextTakeover, true);
});

test('holds the client to its hint (§7.1.1.2)', () => {
  const accepted = accept('permessage-deflate; client_no_context_takeover')!;
  assert.is(accepted.answer, 'permessage-deflate; client_no_context_takeover');
  assert.is(accepted.agreement.clientContextTakeover, false);
});

test('requests no takeover if its options do (§7.1.1)', () => {
  const accepted = accept('permessage-deflate', {
    serverContextTakeover: false,
    clientContextTakeover: false,
  })!;
  assert.is(accepted.answer, 'permessage-deflate; server_no_context_takeover; client_no_context_takeover');
  assert.is(accepted.agreement.serverContextTakeover, false);
  assert.is(accepted.agreement.clientContextTakeover, false);
});

test('answers server_max_window_bits with the same or a smaller value, and only if it was offered (§7.1.2.1)', () => {
  for (let asked = 8; asked <= 15; asked++) {
    for (let own = 8; own <= 15; own++) {
      const accepted = accept(`permessage-deflate; server_max_window_bits=${asked}`, {
        serverMaxWindowBits: own,
      })!;
      const bits = Math.min(asked, own);
      assert.is(accepted.answer, `permessage-deflate; server_max_window_bits=${bits}`);
      assert.is(accepted.agreement.serverMaxWindowBits, bits);
    }
  }
  const unasked = accept('permessage-deflate', { serverMaxWindowBits: 10 })!;
  assert.is(unasked.answer, 'permessage-deflate');
  assert.is(unasked.agreement.serverMaxWindowBits, 10);
});

test('answers client_max_window_bits with a value, and only if it was offered (§7.1.2.2)', () => {
  const any = 'permessage-deflate; client_max_window_bits';
  assert.is(answer(any), 'permessage-deflate');
  assert.is(answer(any, { clientMaxWindowBits: 10 }), 'permessage-deflate; client_max_window_bits=10');
  assert.is(
    answer(`${any}=12`, { clientMaxWindowBits: 10 }),
    'permessage-deflate; client_max_window_bits=10',
  );
  assert.is(answer(`${any}=9`, { clientMaxWindowBits: 10 }), 'permessage-deflate; client_max_window_bits=9');
  assert.is(accept(`${any}=9`)!.agreement.clientMaxWindowBits, 9);
  assert.is(accept('permessage-deflate', { clientMaxWindowBits: 10 }), undefined);
  assert.is(
    answer('permessage-deflate; server_max_window_bits=9, permessage-deflate; client_max_window_bits', {
      clientMaxWindowBits: 14,
    }),
    'permessage-deflate; client_max_window_bits=14',
  );
});

test.run();
