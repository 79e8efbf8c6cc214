import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { decodeLatin1 } from '../../lib/bytes/latin1.ts';
import { acceptDeflate } from '../../lib/deflate/accept-deflate.ts';
import { confirmDeflate } from '../../lib/deflate/confirm-deflate.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { type Extension, formatExtensions, parseExtensions } from '../../lib/handshake/extensions.ts';
import { referenceExtensions } from '../support/reference-extensions.ts';
import { bytes, weighted } from './shapes/bytes.ts';

export const description =
  'Sec-WebSocket-Extensions parses like the reference; the agreement complies with the offer';

const pieces = [
  'permessage-deflate',
  'server_no_context_takeover',
  'client_no_context_takeover',
  'server_max_window_bits',
  'client_max_window_bits',
  'x',
  '=',
  '=',
  ';',
  '; ',
  ', ',
  ',',
  '"',
  '"12"',
  '"1\\2"',
  '\\',
  ' ',
  '\t',
  '8',
  '15',
  '16',
  '08',
  '="15"',
  '=10',
  '__proto__',
  '\u00e9',
];

const parameter = fc
  .tuple(fc.constantFrom(...pieces.slice(1, 6)), fc.constantFrom('', '=8', '=15', '="9"', '=12', '=7', '=x'))
  .map(([name, value]) => name + value);

const extension = fc
  .tuple(
    fc.constantFrom(...pieces.slice(0, 2)),
    fc.array(parameter, { maxLength: 4 }),
    fc.constantFrom(';', '; ', ' ;\t'),
  )
  .map(([name, parameters, separator]) => [name, ...parameters].join(separator));

/** The value of the header. */
export const input: fc.Arbitrary<string> = weighted(
  [
    2,
    fc
      .tuple(fc.array(extension, { minLength: 1, maxLength: 3 }), fc.constantFrom(',', ', ', ' , ,'))
      .map(([extensions, separator]) => extensions.join(separator)),
  ],
  [1, fc.array(fc.constantFrom(...pieces), { maxLength: 30, size: 'max' }).map(parts => parts.join(''))],
  [1, bytes(60).map(decodeLatin1)],
);

export function check(value: string): void {
  const extensions = parseExtensions(value);
  if (!exceedsLimits(value)) assert.deepEqual(extensions, referenceExtensions(value));
  if (extensions === undefined) return;
  assert.deepEqual(parseExtensions(formatExtensions(extensions)), extensions);
  accept(extensions);
  confirm(extensions);
}

function exceedsLimits(value: string): boolean {
  const extensions = referenceExtensions(value);
  return (
    value.length > 4096 ||
    (extensions ?? []).length > 16 ||
    (extensions ?? []).some(({ parameters }) => parameters.length > 16)
  );
}

/** Checks that the answer of a server is valid and complies with the offers. */
function accept(offers: readonly Extension[]): void {
  const accepted = acceptDeflate(offers, deflateSettings('server', true)!);
  if (accepted === undefined) return;
  const { agreement } = accepted;
  const [answer] = parseExtensions(accepted.answer)!;
  assert.equal(answer!.name, 'permessage-deflate');
  for (const bits of [agreement.serverMaxWindowBits, agreement.clientMaxWindowBits])
    assert.ok(bits >= 8 && bits <= 15);
  const named = new Set(answer!.parameters.map(([name]) => name));
  assert.equal(named.size, answer!.parameters.length, 'a parameter is repeated');
  const offered = (name: string) =>
    offers.some(
      offer => offer.name === answer!.name && offer.parameters.some(parameter => parameter[0] === name),
    );
  for (const name of named) if (name.endsWith('_bits')) assert.ok(offered(name), `${name} was not offered`);
}

/** Checks that a client accepts the answer or fails with a WebSocketError. */
function confirm(answers: readonly Extension[]): void {
  try {
    const agreement = confirmDeflate(answers, deflateSettings('client', true)!);
    assert.equal(
      agreement === undefined,
      answers.every(({ name }) => name !== 'permessage-deflate'),
    );
  } catch (error) {
    assert.equal((error as Error).name, 'WebSocketError');
  }
}
