// Group 20: masking (RFC 6455 §5.1, §5.3). A server accepts only masked frames, a client only unmasked ones.

import { fromHex } from '../../support/hex.ts';
import { fromClient, fromMaskingClient, fromServer } from '../../support/named-frames.ts';
import type { Case } from '../case.ts';
import { ping, text } from '../frame.ts';
import { echoed, failsStrictly, numbered, probe, send, succeeds } from './expectations.ts';

const unmasked = {
  text: fromServer.text('a'),
  'empty text': fromServer.text(),
  continuation: fromServer.continuation('', { fin: false }),
  ping: fromServer.ping(),
  Close: fromServer.close(1000),
  'header only': fromServer.binary('', { declared: 5 }),
};

const masked = {
  text: fromMaskingClient.text('Hello'),
  'text with key 0': fromClient.text('Hello'),
  'empty text': fromMaskingClient.text(),
  ping: fromMaskingClient.ping(),
  Close: fromMaskingClient.close(1000),
  'header only': fromMaskingClient.binary('', { declared: 5 }),
};

const empties = Array.from({ length: 64 }, () => text());

export const masking: readonly Case[] = numbered('20', [
  ...Object.entries(unmasked).map(([name, frame]) => ({
    title: `unmasked frame to a server, ${name}`,
    role: 'server' as const,
    steps: [{ raw: fromHex(frame) }],
    expect: failsStrictly(1002),
  })),
  ...Object.entries(masked).map(([name, frame]) => ({
    title: `masked frame to a client, ${name}`,
    role: 'client' as const,
    steps: [{ raw: fromHex(frame) }],
    expect: failsStrictly(1002),
  })),
  ...Object.entries({ 'the key of the RFC': masked.text, 'key 0': masked['text with key 0'] }).map(
    ([name, frame]) => ({
      title: `text to a server, masked with ${name}`,
      role: 'server' as const,
      steps: [{ raw: fromHex(frame) }],
      expect: succeeds(echoed.text('Hello')),
    }),
  ),
  {
    title: 'message, then a masked frame to a client',
    steps: [probe.step, { until: 1 }, { raw: fromHex(fromClient.text() + fromServer.text()) }],
    role: 'client',
    expect: failsStrictly(1002, probe.event),
  },
  {
    title: 'message, then an unmasked frame to a server',
    steps: [probe.step, { until: 1 }, { raw: fromHex(fromServer.text().repeat(2)) }],
    role: 'server',
    expect: failsStrictly(1002, probe.event),
  },
  {
    title: '64 empty texts to a client, whose echoes have different masking keys',
    role: 'client',
    steps: [send(...empties)],
    expect: succeeds(...empties.map(() => echoed.text(''))),
    check: ({ keys }) => {
      const different = new Set(keys).size;
      if (keys.includes(0)) return 'a key is 0';
      return different < keys.length ? `${different} keys for ${keys.length} frames` : undefined;
    },
  },
  {
    title: 'texts of 0 to 67 bytes to a server',
    role: 'server',
    steps: Array.from({ length: 68 }, (_, length) => send(text('*'.repeat(length)))),
    expect: succeeds(...Array.from({ length: 68 }, (_, length) => echoed.text('*'.repeat(length)))),
  },
  { title: 'empty ping', steps: [send(ping())], expect: succeeds(echoed.pong()) },
]);
