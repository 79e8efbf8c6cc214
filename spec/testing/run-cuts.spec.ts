import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Stage } from '../../lib/base/stage.ts';
import { violation } from '../../lib/base/websocket-error.ts';
import { runCuts } from '../../lib/testing/run-cuts.ts';

const test = suite('runCuts');

type Mark = { readonly byte: number; readonly data: Uint8Array };

/** Returns a stage that yields every byte; `on` may throw or replace a byte, depending on the chunk. */
function stageOf(on: (byte: number, chunk: Uint8Array, index: number) => number, onClose = () => {}) {
  return (): Stage<Uint8Array, Mark> => {
    let chunk = new Uint8Array(0);
    let index = 0;
    return {
      write(next) {
        chunk = new Uint8Array(next);
        index = 0;
      },
      read() {
        if (index === chunk.length) return undefined;
        const byte = on(chunk[index]!, chunk, index++);
        return { byte, data: Uint8Array.of(byte) };
      },
      close: onClose,
    };
  };
}

const bytes = Uint8Array.of(1, 2, 3, 4, 5);
const asTheyAre = (outputs: Mark[]) => outputs;

test('returns the outcome that all cuts share', () => {
  const marks = [...bytes].map(byte => ({ byte, data: Uint8Array.of(byte) }));
  assert.equal(
    runCuts(
      stageOf(byte => byte),
      bytes,
      asTheyAre,
    ),
    { outputs: marks },
  );
  assert.equal(
    runCuts(
      stageOf(byte => byte),
      bytes,
      outputs => outputs.length,
    ),
    { outputs: 5 },
  );
});

test('returns the failure that all cuts share, with the outputs before it', () => {
  const refuse = (byte: number) => {
    if (byte === 3) throw violation(1002, 'RFC 6455 §5.2', 'three', 'x');
    return byte;
  };
  const { outputs, error } = runCuts(stageOf(refuse), bytes, outputs => outputs.map(({ byte }) => byte));
  assert.equal(outputs, [1, 2]);
  assert.is((error as Error).message, 'RFC 6455 §5.2: three (x)');
  const unfinished = stageOf(
    byte => byte,
    () => {
      throw new Error('unfinished');
    },
  );
  assert.is((runCuts(unfinished, bytes, asTheyAre).error as Error).message, 'unfinished');
});

test('reads on while the stage is busy', () => {
  const { outputs } = runCuts(
    () => {
      const stage = stageOf(byte => byte)();
      let busy = false;
      return {
        write: chunk => stage.write(chunk),
        read() {
          busy = !busy;
          return busy ? undefined : stage.read();
        },
        get busy() {
          return busy;
        },
        close() {},
      };
    },
    bytes,
    marks => marks.map(({ byte }) => byte),
  );
  assert.equal(outputs, [1, 2, 3, 4, 5]);
});

const faults: Record<string, (byte: number, chunk: Uint8Array, index: number) => number> = {
  'byte by byte': (byte, chunk) => (chunk.length === 1 && byte === 2 ? 9 : byte),
  'split at 2': (byte, chunk) => (chunk.length === 2 && chunk[0] === 1 ? byte + 1 : byte),
  'split at 4': (byte, chunk) => {
    if (chunk.length === 4 && chunk[0] === 1) throw new Error('four');
    return byte;
  },
  'cut at random, seed 1': (byte, chunk) => (byte === 4 && chunk.length === 2 && chunk[1] === 4 ? 0 : byte),
};
for (const [name, fault] of Object.entries(faults)) {
  test(`names the cut at which the outcome differs: ${name}`, () => {
    const stage = stageOf(fault);
    assert.throws(
      () => runCuts(stage, bytes, asTheyAre),
      /: the outcome differs from that of the whole input/,
    );
    assert.throws(
      () => runCuts(stage, bytes, asTheyAre),
      (error: Error) => error.message.startsWith(name.slice(0, 13)),
    );
  });
}

test('distinguishes failures by class, message and fields', () => {
  const failing = (whole: Error, cut: Error) =>
    stageOf((_, chunk) => {
      throw chunk.length === bytes.length ? whole : cut;
    });
  const pairs: [Error, Error][] = [
    [new Error('a'), new Error('b')],
    [new Error('a'), new TypeError('a')],
    [violation(1002, '', 'a'), violation(1007, '', 'a')],
    [new Error('a'), Object.assign(new Error('a'), { more: 1 })],
  ];
  for (const [whole, cut] of pairs) {
    assert.throws(() => runCuts(failing(whole, cut), bytes, asTheyAre), /byte by byte/);
  }
  const twins = failing(violation(1002, '', 'a'), violation(1002, '', 'a'));
  assert.is((runCuts(twins, bytes, asTheyAre).error as Error).message, ': a');
});

test('distinguishes no outputs from null and primitives', () => {
  const joined = [null, 'x', 1, {}, []];
  for (const whole of joined) {
    for (const cut of joined) {
      if (whole === cut) continue;
      let runs = 0;
      assert.throws(() =>
        runCuts(
          stageOf(byte => byte),
          bytes,
          () => (runs++ === 0 ? whole : cut),
        ),
      );
    }
  }
});

test.run();
