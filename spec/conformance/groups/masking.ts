// Group 20: masking (RFC 6455 §5.1, §5.3). A server accepts only masked frames, a client only unmasked ones.

import { fromClient, fromMaskingClient, fromServer } from '../../support/named-frames.ts';
import { fromHex } from '../bytes.ts';
import type { Case } from '../case.ts';
import { ping, text } from '../frame.ts';
import { echoed, failsBy, good, numbered, probe, send } from './expectations.ts';

const unmasked = {
  text: fromServer.text('a'),
  'empty text': fromServer.text(),
  continuation: fromServer.continuation('', { fin: false }),
  ping: fromServer.ping(),
  Close: fromServer.close(1000),
  'header alone': fromServer.binary('', { declared: 5 }),
};

const masked = {
  text: fromMaskingClient.text('Hello'),
  'text with key 0': fromClient.text('Hello'),
  'empty text': fromMaskingClient.text(),
  ping: fromMaskingClient.ping(),
  Close: fromMaskingClient.close(1000),
  'header alone': fromMaskingClient.binary('', { declared: 5 }),
};

const empties = Array.from({ length: 64 }, () => text());

export const masking: readonly Case[] = numbered('20', [
  ...Object.entries(unmasked).map(([name, frame]) => ({
    title: `server gets an unmasked frame: ${name}`,
    role: 'server' as const,
    steps: [{ raw: fromHex(frame) }],
    expect: failsBy(1002),
  })),
  ...Object.entries(masked).map(([name, frame]) => ({
    title: `client gets a masked frame: ${name}`,
    role: 'client' as const,
    steps: [{ raw: fromHex(frame) }],
    expect: failsBy(1002),
  })),
  ...Object.entries({ 'the key of the RFC': masked.text, 'key 0': masked['text with key 0'] }).map(
    ([name, frame]) => ({
      title: `server gets a text with ${name}`,
      role: 'server' as const,
      steps: [{ raw: fromHex(frame) }],
      expect: good(echoed.text('Hello')),
    }),
  ),
  {
    title: 'a message, then the wrong direction',
    steps: [probe.step, { until: 1 }, { raw: fromHex(fromClient.text() + fromServer.text()) }],
    role: 'client',
    expect: failsBy(1002, probe.event),
  },
  {
    title: 'a message, then the wrong direction',
    steps: [probe.step, { until: 1 }, { raw: fromHex(fromServer.text().repeat(2)) }],
    role: 'server',
    expect: failsBy(1002, probe.event),
  },
  {
    title: 'every frame of a client has a key of its own, empty ones too',
    role: 'client',
    steps: [send(...empties)],
    expect: good(...empties.map(() => echoed.text(''))),
    check: ({ keys }) => {
      const different = new Set(keys).size;
      if (keys.includes(0)) return 'a key is 0';
      return different < keys.length ? `${different} keys for ${keys.length} frames` : undefined;
    },
  },
  {
    title: 'the bytes of a client are unmasked one by one, over any length',
    role: 'server',
    steps: Array.from({ length: 68 }, (_, length) => send(text('*'.repeat(length)))),
    expect: good(...Array.from({ length: 68 }, (_, length) => echoed.text('*'.repeat(length)))),
  },
  { title: 'an empty ping and its pong', steps: [send(ping())], expect: good(echoed.pong()) },
]);
