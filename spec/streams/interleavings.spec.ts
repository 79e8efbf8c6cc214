import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StageStream } from '../../lib/streams/stage-stream.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { type Script, ScriptedStage } from '../support/scripted-stage.ts';
import { settle } from '../support/settling.ts';

// Compares random calls from both ends in random order with a simple model: the reader gets the outputs of the chunks that
// were written, in order, up to the first failure; then that failure, the reason of an abort, or the end.

const test = suite('StageStream, interleaved');

const bad = new Error('bad');
const reason = new Error('reason');
const gone = new Error('gone');

type Random = (below: number) => number;

/** Reads one output at a time through changing readers and iterators, and records the outputs. */
class RandomReader {
  readonly got: unknown[] = [];
  ended: unknown;
  readonly #readable: ReadableStream<number>;
  readonly #random: Random;

  constructor(readable: ReadableStream<number>, random: Random) {
    this.#readable = readable;
    this.#random = random;
  }

  async read(count: number): Promise<void> {
    if (this.ended !== undefined) return;
    try {
      if (this.#random(2) === 0) await this.#iterate(count);
      else await this.#read(count);
    } catch (error) {
      this.ended ??= error;
    }
  }

  async #iterate(count: number): Promise<void> {
    for await (const out of this.#readable.values({ preventCancel: true })) {
      this.got.push(out);
      if (--count <= 0) return;
    }
    this.ended ??= 'end';
  }

  async #read(count: number): Promise<void> {
    const reader = this.#readable.getReader();
    const reads = Array.from({ length: count }, () => reader.read());
    for (const result of await Promise.all(reads.map(read => this.#note(read)))) {
      if (result) this.ended ??= result.end;
    }
    reader.releaseLock();
  }

  async #note(read: Promise<ReadableStreamReadResult<number>>): Promise<{ end: unknown } | undefined> {
    try {
      const { value, done } = await read;
      if (done) return { end: 'end' };
      this.got.push(value);
      return undefined;
    } catch (end) {
      return { end };
    }
  }
}

function randomScript(random: Random, next: () => number): Script {
  const script: (number | 'busy' | Error)[] = Array.from({ length: random(6) }, next);
  if (random(4) === 0) script.splice(random(script.length + 1), 0, 'busy');
  if (random(12) === 0) script.push(bad);
  return script;
}

/** Returns what the reader must get according to the model. */
function expected(written: readonly Script[], ending: unknown): { outputs: number[]; end: unknown } {
  const outputs: number[] = [];
  for (const step of written.flat()) {
    if (step instanceof Error) return { outputs, end: step };
    if (step !== 'busy') outputs.push(step);
  }
  return { outputs, end: ending };
}

async function interleave(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const stage = new ScriptedStage(random(8) === 0 ? bad : undefined);
  const { readable, writable } = new StageStream(stage, { burstBytes: 64 * (1 + random(6)) });
  const writer = writable.getWriter();
  const reader = new RandomReader(readable, random);
  const calls: Promise<unknown>[] = [writer.closed];
  let outputs = 0;
  let ending: 'close' | 'abort' | undefined;
  let cancelled = false;
  let reading: Promise<void> | undefined;

  /** Not after a close, for which Node 20 throws an internal assertion. */
  const write = () => {
    if (ending !== 'close') calls.push(writer.write(randomScript(random, () => outputs++)));
  };
  const steps = [
    write,
    write,
    () => {
      reading ??= reader.read(1 + random(4)).finally(() => (reading = undefined));
    },
    async () => {
      for (let ticks = random(12); ticks > 0; ticks--) await undefined;
    },
    () => settle(),
    () => {
      if (random(4) > 0 || ending) return;
      ending = random(2) === 0 ? 'close' : 'abort';
      calls.push(ending === 'close' ? writer.close() : writer.abort(reason));
    },
    () => {
      if (random(16) > 0 || readable.locked) return;
      cancelled = true;
      calls.push(readable.cancel(gone));
    },
  ];
  for (const call of calls) call.catch(() => {});
  for (let n = 10 + random(20); n > 0; n--) {
    await steps[random(steps.length)]!();
    calls.at(-1)!.catch(() => {});
  }
  if (!ending) calls.push(writer.close());
  calls.at(-1)!.catch(() => {});
  await reading;
  while (reader.ended === undefined) await reader.read(1 + random(3));
  await Promise.allSettled(calls);

  const aborted = ending === 'abort' ? reason : undefined;
  const model = expected(stage.written, aborted ?? (stage.closed && stage.closing ? bad : 'end'));
  if (cancelled) return assert.equal(reader.got, model.outputs.slice(0, reader.got.length), `seed ${seed}`);
  assert.equal(reader.got, model.outputs, `seed ${seed}`);
  assert.is(reader.ended, model.end, `seed ${seed}`);
}

test('agrees with the model for any order of calls', async () => {
  for (let seed = 1; seed <= 3000; seed += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => interleave(seed + i)));
  }
});

test.run();
