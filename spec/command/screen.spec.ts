import { PassThrough, Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StreamScreen } from '../../lib/command/screen.ts';
import { readText } from '../support/read-text.ts';

const test = suite('screen');

test('prints messages to one output and notices to the other, on one line each', () => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const screen = new StreamScreen(out, err);
  assert.is(screen.isTerminal, false);
  screen.write('a');
  screen.write(new Uint8Array([98]));
  screen.notice('c\n\x1b');
  assert.is(readText(out), 'ab');
  assert.is(readText(err), 'c\\u000a\\u001b\n');
  const both = new StreamScreen(Object.assign(new PassThrough(), { isTTY: true }));
  assert.is(both.isTerminal, true);
  both.notice('x');
});

test('waits for the reader, and fails with the output', async () => {
  const out = new PassThrough({ highWaterMark: 4 });
  const screen = new StreamScreen(out);
  assert.is(screen.write('abc'), undefined);
  let settled = false;
  const waiting = screen.write('defg')!.then(() => (settled = true));
  await new Promise(resolve => setImmediate(resolve));
  assert.is(settled, false);
  readText(out);
  await waiting;
  const failing = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => setImmediate(done, new Error('full')),
  });
  failing.on('error', () => {});
  const failed = await new StreamScreen(failing).write('abc')!.catch((error: Error) => error.message);
  assert.is(failed, 'full');
  // The reader has gone, so there is nothing to wait for.
  await new StreamScreen(failing).write('abc');
});

test.run();
