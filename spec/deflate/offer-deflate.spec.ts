import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeflateOptions, deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { offerDeflate } from '../../lib/deflate/offer-deflate.ts';
import { zlibCodec } from '../../lib/hosts/zlib-codec.ts';

const test = suite('offerDeflate');

const offer = (options: DeflateOptions) => offerDeflate(deflateSettings('client', options)!);

test('always offers client_max_window_bits (RFC 7692 §7.1.2.2)', () => {
  assert.is(offer({}), 'permessage-deflate; client_max_window_bits');
  assert.is(offer({ codec: { ...zlibCodec, minWindowBits: 15 } }), 'permessage-deflate');
});

test('offers what the options require', () => {
  assert.is(
    offer({
      serverContextTakeover: false,
      clientContextTakeover: false,
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 8,
    }),
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=8',
  );
  assert.is(
    offer({ serverMaxWindowBits: 14 }),
    'permessage-deflate; server_max_window_bits=14; client_max_window_bits',
  );
});

test.run();
