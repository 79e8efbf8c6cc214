import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Link } from '../../../../demo/inspector/links/link.ts';
import { openMemoryLink } from '../../../../demo/inspector/links/memory-link.ts';
import { brokenInputs, compressionFor } from '../../../../demo/inspector/play/broken-inputs.ts';
import { type ConnectionSettings, defaultSettings } from '../../../../demo/inspector/play/settings.ts';
import type { Stop, WireChunk } from '../../../../demo/inspector/wire/items.ts';

const test = suite('inspector: memory link');

const { connection } = defaultSettings;

interface Opened {
  readonly link: Link;
  readonly chunks: { readonly up: WireChunk[]; readonly down: WireChunk[] };
  readonly echoes: { count: number };
}

async function open(settings: Partial<ConnectionSettings> = {}): Promise<Opened> {
  const chunks = { up: [] as WireChunk[], down: [] as WireChunk[] };
  const echoes = { count: 0 };
  const link = await openMemoryLink(
    { ...connection, ...settings },
    {
      onChunk: (direction, chunk) => chunks[direction].push(chunk),
      onEcho: () => {
        echoes.count += 1;
      },
    },
  );
  return { link, chunks, echoes };
}

const textOf = (chunks: readonly WireChunk[]) =>
  chunks.flatMap(({ pieces }) => pieces).find(({ frame }) => frame?.message)?.frame?.message?.event?.text;

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (condition()) return;
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  assert.unreachable('the condition was not met in time');
}

test('echoes, and shows what passes in both directions', async () => {
  const { link, chunks, echoes } = await open();
  await link.send('hello');
  await until(() => echoes.count === 1);
  for (const direction of ['up', 'down'] as const) {
    assert.is(link.counts(direction).messages, 1);
    assert.is(textOf(chunks[direction]), 'hello');
    assert.match(chunks[direction][0]!.pieces[0]!.head!.text, /^(GET|HTTP)/);
  }
  assert.ok((await link.ping()) >= 0);
  link.close(4001, 'enough');
  const { closeCode, reason, wasClean } = await link.ended;
  assert.equal([closeCode, reason, wasClean], [4001, 'enough', true]);
});

test('fragments and cuts as the settings say', async () => {
  const { link, chunks, echoes } = await open({ maxFrameBytes: 4, cuts: { type: 'every', bytes: 3 } });
  await link.send('0123456789');
  await until(() => echoes.count === 1);
  assert.is(link.counts('up').frames, 3);
  assert.ok(chunks.up.every(({ byteLength }) => byteLength <= 3));
  link.terminate();
  await link.ended;
});

test('holds the sender back while the server does not read', async () => {
  const { link, echoes } = await open();
  link.setReading(false);
  let sent = 0;
  const sending = (async () => {
    for (; sent < 40; sent++) await link.send(new Uint8Array(16_384));
  })();
  const full = (bytes: number | undefined) => bytes! >= 65_536;
  await until(() => {
    const { queueBytes, wireBytes, lookAheadBytes } = link.gauge();
    return full(queueBytes) && full(wireBytes) && full(lookAheadBytes);
  });
  assert.ok(sent < 20, `${sent} messages were accepted`);
  assert.is(echoes.count, 0);
  link.setReading(true);
  await sending;
  await until(() => echoes.count === 40);
  assert.equal(link.gauge(), { queueBytes: 0, wireBytes: 0, lookAheadBytes: 0 });
  link.terminate();
  await link.ended;
});

const verdicts: Readonly<Record<string, readonly [stage: Stop['stage'], closeCode: number]>> = {
  'reserved-bit': ['FrameDecoder', 1002],
  unmasked: ['FrameDecoder', 1002],
  continuation: ['MessageAssembler', 1002],
  'too-large': ['MessageAssembler', 1009],
  utf8: ['EventDecoder', 1007],
  truncated: ['EventDecoder', 1007],
  bomb: ['EventDecoder', 1009],
  'close-code': ['EventDecoder', 1002],
};

for (const input of brokenInputs) {
  test(`${input.title}: stops at ${verdicts[input.id]![0]}, and the peer is told`, async () => {
    const { link, chunks } = await open({ compression: compressionFor(input, connection.compression) });
    if (input.bytes === undefined) await link.send(new Uint8Array(8_388_608));
    else await link.inject(input.bytes);
    const { closeCode, wasClean, record } = await link.ended;
    const stop = chunks.up.find(chunk => chunk.stop !== undefined)!.stop!;
    assert.equal([stop.stage, stop.error.closeCode], verdicts[input.id]);
    assert.equal([closeCode, wasClean], [stop.error.closeCode, false]);
    assert.equal(record!.sent, { closeCode: stop.error.closeCode, reason: stop.error.reason });
  });
}

test.run();
