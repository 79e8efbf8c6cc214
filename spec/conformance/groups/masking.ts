// Group 20: masking (RFC 6455 §5.1, §5.3). A server accepts only masked frames, a client only unmasked ones.

import { fromHex } from '../bytes.ts';
import type { Case } from '../case.ts';
import { text } from '../frame.ts';
import { echoed, failsBy, good, hex, numbered, probe, send } from './expectations.ts';

const unmasked = {
  text: '81 01 61',
  'empty text': '81 00',
  continuation: '00 00',
  ping: '89 00',
  Close: '88 02 03e8',
  'header alone': '82 05',
};

const masked = {
  text: '81 85 37fa213d 7f9f4d5158',
  'text with key 0': '81 85 00000000 48656c6c6f',
  'empty text': '81 80 37fa213d',
  ping: '89 80 37fa213d',
  Close: '88 82 37fa213d 3412',
  'header alone': '82 85 37fa213d',
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
    steps: [probe.step, { until: 1 }, { raw: fromHex('81 80 00000000 81 00') }],
    role: 'client',
    expect: failsBy(1002, probe.event),
  },
  {
    title: 'a message, then the wrong direction',
    steps: [probe.step, { until: 1 }, { raw: fromHex('81 00 81 00') }],
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
  { title: 'an empty ping and its pong', steps: [hex('89 00')], expect: good(echoed.pong()) },
]);
