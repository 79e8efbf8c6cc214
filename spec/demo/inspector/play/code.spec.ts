// The code that the inspector offers is run: each program ends by itself and does what the page did.

import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { brokenInputs } from '../../../../demo/inspector/play/broken-inputs.ts';
import { type Action, codeOf } from '../../../../demo/inspector/play/code.ts';
import { scenes } from '../../../../demo/inspector/play/scenes.ts';
import { defaultSettings, type Settings } from '../../../../demo/inspector/play/settings.ts';
import { outputOf } from '../../../support/documented-programs.ts';

const test = suite('inspector: code');

const { connection, send, close } = defaultSettings;
const { compression } = connection;

/** What the program prints. */
function run(settings: Settings, action: Action, ...args: string[]): Promise<string> {
  return outputOf(codeOf(settings, action, undefined), args);
}

test('sends the text and prints the echo and the end', async () => {
  const quoted = { ...send, text: `it's "quoted"\n\\` };
  const printed = await run({ connection, send: quoted, close }, { type: 'send' });
  assert.is(printed, `it's "quoted"\n\\\n{ closeCode: 1000, reason: 'done' }\n`);
});

test('fragments, cuts and compresses as chosen', async () => {
  const settings: Settings = {
    connection: {
      ...connection,
      maxFrameBytes: 7,
      maxMessageBytes: 5000,
      cuts: { type: 'random', bytes: 9 },
      compression: { ...compression, on: true, clientMaxWindowBits: 9, serverContextTakeover: false },
    },
    send: { ...send, kind: 'binary', size: 300 },
    close: { code: undefined, reason: '' },
  };
  const printed = await run(settings, { type: 'send' });
  assert.match(printed, /^Uint8Array\(300\) \[/);
  assert.match(printed, '{ closeCode: 1005');
  const code = codeOf(settings, { type: 'send' }, undefined);
  assert.match(code, 'deflate: { serverContextTakeover: false, clientMaxWindowBits: 9 }');
  assert.match(code, 'seededLengths(1, 9)');
});

test('sends many at a rate', async () => {
  const many = { ...send, text: 'ab', size: 5, count: 5, perSecond: 100 };
  const printed = await run({ connection, send: many, close }, { type: 'send' });
  assert.is(printed, "5 echoes { closeCode: 1000, reason: 'done' }\n");
});

test('sends a file', async () => {
  const file = fileURLToPath(import.meta.url);
  const printed = await run({ connection, send: { ...send, kind: 'file' }, close }, { type: 'send' }, file);
  assert.match(printed, /^Uint8Array\(\d+\) \[/);
});

test('pings and closes', async () => {
  assert.match(await run(defaultSettings, { type: 'ping' }), /^pong after [\d.]+ ms\n\{ closeCode: 1000/);
  const coded = { ...defaultSettings, close: { code: 4002, reason: '' } };
  assert.is(await run(coded, { type: 'close' }), "{ closeCode: 4002, reason: '' }\n");
});

test('shows how the sender waits', async () => {
  const { send } = scenes.find(({ id }) => id === 'backpressure')!;
  const printed = await run({ connection, send, close }, { type: 'stall' });
  const [, sent, waiting] = /^(\d+) messages sent, (\d+) bytes queued\n$/.exec(printed)!;
  assert.ok(Number(sent) < 40 && Number(waiting) >= 65_536, printed);
});

for (const scene of scenes) {
  if (!scene.reading) continue;
  test(`does what the scene ${scene.title} does`, async () => {
    const printed = await run({ connection: scene.connection, send: scene.send, close }, { type: 'send' });
    assert.match(printed, "{ closeCode: 1000, reason: 'done' }");
  });
}

for (const input of brokenInputs) {
  test(`tells the peer what was wrong: ${input.title}`, async () => {
    const printed = await run(defaultSettings, { type: 'broken', input });
    assert.match(printed, /^RFC \d+ §[\d.]+: /);
    assert.match(printed, /sent to the peer: \{\s+closeCode: 100[279],\s+reason: '/);
  });
}

test('dials a server', () => {
  const code = codeOf(defaultSettings, { type: 'ping' }, 'ws://127.0.0.1:8080/echo');
  assert.match(code, "import { dial } from 'wsluice/node';");
  assert.match(code, "await dial('ws://127.0.0.1:8080/echo');");
});

test.run();
