import { strict as assert } from 'node:assert';
import { decodeLatin1, encodeLatin1 } from '../../lib/bytes/latin1.ts';
import { acceptDeflate } from '../../lib/deflate/accept-deflate.ts';
import { confirmDeflate } from '../../lib/deflate/confirm-deflate.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { type Extension, formatExtensions, parseExtensions } from '../../lib/handshake/extensions.ts';
import type { Random } from '../support/random.ts';
import { referenceExtensions } from '../support/reference-extensions.ts';

export const description =
  'Sec-WebSocket-Extensions as a reference reads it; what is agreed upon keeps to the offer';

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

export function make(random: Random): Uint8Array {
  if (random.next() < 0.3)
    return encodeLatin1(Array.from({ length: random.below(30) }, () => random.pick(pieces)).join(''));
  const parameter = () =>
    `${random.pick(pieces.slice(1, 6))}${random.pick(['', '=8', '=15', '="9"', '=12', '=7', '=x'])}`;
  const extension = () =>
    [random.pick(pieces.slice(0, 2)), ...Array.from({ length: random.below(4) }, parameter)].join(
      random.pick([';', '; ', ' ;\t']),
    );
  return encodeLatin1(
    Array.from({ length: 1 + random.below(3) }, extension).join(random.pick([',', ', ', ' , ,'])),
  );
}

export function check(input: Uint8Array): void {
  const value = decodeLatin1(input);
  const extensions = parseExtensions(value);
  if (!beyondLimits(value)) assert.deepEqual(extensions, referenceExtensions(value));
  if (extensions === undefined) return;
  assert.deepEqual(parseExtensions(formatExtensions(extensions)), extensions);
  accept(extensions);
  confirm(extensions);
}

function beyondLimits(value: string): boolean {
  const extensions = referenceExtensions(value);
  return (
    value.length > 4096 ||
    (extensions ?? []).length > 16 ||
    (extensions ?? []).some(({ parameters }) => parameters.length > 16)
  );
}

/** What a server answers is an answer that a client with the same offer takes. */
function accept(offers: readonly Extension[]): void {
  const accepted = acceptDeflate(offers, deflateSettings('server', true)!);
  if (accepted === undefined) return;
  const { agreement } = accepted;
  const [answer] = parseExtensions(accepted.answer)!;
  assert.equal(answer!.name, 'permessage-deflate');
  for (const bits of [agreement.serverMaxWindowBits, agreement.clientMaxWindowBits])
    assert.ok(bits >= 8 && bits <= 15);
  const named = new Set(answer!.parameters.map(([name]) => name));
  assert.equal(named.size, answer!.parameters.length, 'a parameter twice');
  const offered = (name: string) =>
    offers.some(
      offer => offer.name === answer!.name && offer.parameters.some(parameter => parameter[0] === name),
    );
  for (const name of named) if (name.endsWith('_bits')) assert.ok(offered(name), `${name} was not offered`);
}

/** A client takes the answer, or fails by nothing but WebSocketError. */
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
