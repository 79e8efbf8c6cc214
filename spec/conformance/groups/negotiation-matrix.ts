// Group 26: negotiation of permessage-deflate (RFC 7692 §5, §7.1), by offers to a server and answers to a client.

import { utf8 } from '../bytes.ts';
import type { Case } from '../case.ts';
import { rounds } from '../event.ts';
import { header, parseHead } from '../handshake.ts';
import { echoesProbe, numbered, probe, refused, succeeds } from './expectations.ts';

const pmd = 'permessage-deflate';
const bits = [8, 9, 10, 11, 12, 13, 14, 15];
const badBits = ['7', '16', '0', '-1', '+9', '08', '015', '1e1', '0x9', '9.0', '1000', '9a'];
const takeovers = ['server_no_context_takeover', 'client_no_context_takeover'];

/** Text with repetitions within 512 bytes, within 4 KiB, and of the previous message. */
const line = utf8(
  'Habe nun, ach! Philosophie, Juristerei und Medizin, und leider auch Theologie! '.repeat(60),
);
const exchange: Pick<Case, 'steps' | 'expect'> = {
  steps: [{ rounds: 4, message: index => ({ type: 'text', data: line.subarray(0, line.length - index) }) }],
  expect: succeeds(rounds(4)),
};

/** Offers that the server may accept; it must then comply with its answer. */
const acceptable: readonly string[] = [
  pmd,
  `${pmd}; client_max_window_bits`,
  ...bits.map(value => `${pmd}; server_max_window_bits=${value}`),
  ...bits.map(value => `${pmd}; client_max_window_bits=${value}`),
  ...takeovers.map(name => `${pmd}; ${name}`),
  `${pmd}; ${takeovers.join('; ')}; server_max_window_bits=12; client_max_window_bits=11`,
  `${pmd}; server_max_window_bits="10"`,
  `${pmd} ; client_max_window_bits`,
  `${pmd};client_max_window_bits;server_max_window_bits=10`,
  `foo, ${pmd}`,
  `x-webkit-deflate-frame, ${pmd}`,
  `${pmd}; foo, ${pmd}`,
  `${pmd}; server_max_window_bits=7, ${pmd}; client_max_window_bits`,
  `${pmd}; client_max_window_bits; server_max_window_bits=10, ${pmd}; client_max_window_bits`,
  `${pmd}; __proto__, ${pmd}`,
];

/** Offers that the server must decline by opening without the extension. */
const declined: readonly string[] = [
  `${pmd}; foo`,
  `${pmd}; foo=bar`,
  `${pmd}; __proto__`,
  `${pmd}; constructor`,
  ...takeovers.flatMap(name => [`${pmd}; ${name}=1`, `${pmd}; ${name}=true`, `${pmd}; ${name}; ${name}`]),
  `${pmd}; server_max_window_bits`,
  ...badBits.map(value => `${pmd}; server_max_window_bits=${value}`),
  ...badBits.map(value => `${pmd}; client_max_window_bits=${value}`),
  `${pmd}; client_max_window_bits; client_max_window_bits`,
  `${pmd}; server_max_window_bits=10; server_max_window_bits=10`,
  `${pmd}; server_no_context_takeovre`,
  `${pmd}; server_max_window_bits_foo=10`,
  'permessage-deflat',
  'permessage-deflate-2',
  'permessage_deflate',
];

/** Header values that do not match the grammar. */
const malformed = [
  `${pmd};`,
  `${pmd}; server_max_window_bits=""`,
  `${pmd}; server_max_window_bits=" 9"`,
  `${pmd}; ;`,
];

/** Parameters that a client must accept; those for its own window only if it offered `client_max_window_bits`. */
const answers: readonly string[] = [
  '',
  ...takeovers.map(name => `; ${name}`),
  `; ${takeovers.join('; ')}`,
  ...bits.map(value => `; server_max_window_bits=${value}`),
  ...bits.map(value => `; client_max_window_bits=${value}`),
  '; server_max_window_bits="10"',
  '; client_max_window_bits="10"',
  ' ; server_no_context_takeover',
];

/** The rest of answers, after the name, that a client must reject. */
const wrongAnswers: readonly string[] = [
  '; foo',
  '; __proto__',
  ...takeovers.flatMap(name => [`; ${name}=1`, `; ${name}; ${name}`]),
  '; server_max_window_bits',
  '; client_max_window_bits',
  ...badBits.map(value => `; server_max_window_bits=${value}`),
  ...badBits.map(value => `; client_max_window_bits=${value}`),
  '; server_max_window_bits=10; server_max_window_bits=10',
  '; client_max_window_bits=10; client_max_window_bits=10',
  '; server_no_context_takeovre',
  ', permessage-deflate',
  ', x-foo',
  ';',
  '; server_max_window_bits=""',
];

function unusedExtensions(head: string | undefined): string | undefined {
  const answered = header(parseHead(head ?? ''), 'sec-websocket-extensions');
  return answered === undefined ? undefined : `answered "${answered}"`;
}

function shown(offer: string): string {
  return offer.replaceAll(pmd, 'pmd');
}

export const negotiationMatrix: readonly Case[] = [
  ...numbered(
    '26.1',
    acceptable.map(offer => ({
      title: `acceptable offer ${shown(offer)}`,
      role: 'server',
      deflate: { offer, answer: () => undefined },
      ...exchange,
    })),
  ),
  ...numbered(
    '26.2',
    declined.map(offer => ({
      title: `offer to decline ${shown(offer)}`,
      role: 'server',
      handshake: { edits: { add: [`Sec-WebSocket-Extensions: ${offer}`] } },
      ...echoesProbe,
      check: ({ head }) => unusedExtensions(head),
    })),
  ),
  ...numbered(
    '26.3',
    malformed.map(offer => ({
      title: `malformed offer ${shown(offer)}`,
      role: 'server',
      handshake: { edits: { add: [`Sec-WebSocket-Extensions: ${offer}`] } },
      steps: [],
      expect: refused(400),
    })),
  ),
  ...numbered(
    '26.4',
    answers.map(parameters => ({
      title: `valid answer ${shown(`${pmd}${parameters}`)}`,
      role: 'client',
      deflate: {
        offer: '',
        answer: offer => {
          const needed = parameters.includes('client_max_window_bits') ? 'client_max_window_bits' : pmd;
          return offer.includes(needed) ? `${pmd}${parameters}` : undefined;
        },
      },
      ...exchange,
    })),
  ),
  ...numbered('26.5', [
    ...wrongAnswers.map(parameters => ({
      title: `invalid answer ${shown(`${pmd}${parameters}`)}`,
      role: 'client' as const,
      handshake: { edits: { add: [`Sec-WebSocket-Extensions: ${pmd}${parameters}`] } },
      steps: [probe.step],
      expect: refused(),
    })),
    {
      title: 'invalid answer of two lines with pmd',
      role: 'client',
      handshake: { edits: { add: Array.from({ length: 2 }, () => `Sec-WebSocket-Extensions: ${pmd}`) } },
      steps: [probe.step],
      expect: refused(),
    },
  ]),
];
