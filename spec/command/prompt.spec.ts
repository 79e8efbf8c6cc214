import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Prompt } from '../../lib/command/prompt.ts';
import { readText } from '../support/read-text.ts';

const test = suite('prompt');

class Terminal {
  readonly input: PassThrough = new PassThrough();
  readonly output: PassThrough & { columns: number } = Object.assign(new PassThrough(), {
    columns: 20,
    isTTY: true,
  });
  readonly prompt: Prompt = new Prompt(this.input, this.output);

  async shown(): Promise<string> {
    await new Promise(resolve => setTimeout(resolve, 20));
    return readText(this.output);
  }
}

test('yields typed lines, and recalls them', async () => {
  const { prompt, input, output } = new Terminal();
  const lines = prompt.lines();
  const first = lines.next();
  input.write('hello\r');
  assert.is((await first).value, 'hello');
  const second = lines.next();
  // The arrow up, and a letter after the previous line.
  input.write('\x1b[A!\r');
  assert.is((await second).value, 'hello!');
  const end = lines.next();
  // Ctrl-D
  input.write('\x04');
  assert.is((await end).done, true);
  assert.match(readText(output), '> ');
});

test('ends the lines on Ctrl-C, after a line that comes with it', async () => {
  const { prompt, input } = new Terminal();
  const lines = prompt.lines();
  const first = lines.next();
  input.write('a\r\x03');
  assert.is((await first).value, 'a');
  assert.is(prompt.interrupted, true);
  assert.is((await lines.next()).done, true);
});

test('does not change the terminal until the first line is requested', async () => {
  const terminal = new Terminal();
  terminal.prompt.write('early\n');
  assert.is(await terminal.shown(), 'early\n');
  assert.is(terminal.input.listenerCount('keypress'), 0);
  terminal.prompt.close();
  assert.is((await terminal.prompt.lines().next()).done, true);
  assert.is(terminal.prompt.interrupted, false);
  assert.is(await terminal.shown(), '');
});

test('prints above the line being typed, and shows that again', async () => {
  const terminal = new Terminal();
  const next = terminal.prompt.lines().next();
  terminal.input.write('half a');
  await terminal.shown();
  terminal.prompt.write('< message\n');
  assert.is(await terminal.shown(), '\x1b[1G\x1b[0J< message\n\x1b[1G\x1b[0J> half a\x1b[9G');
  terminal.prompt.notice('notice\x1b');
  assert.match(await terminal.shown(), 'notice\\u001b\n');
  terminal.input.write(' line\r');
  assert.is((await next).value, 'half a line');
  terminal.prompt.close();
});

test('clears all rows of a line that is wider than the terminal', async () => {
  const terminal = new Terminal();
  terminal.prompt.lines().next();
  terminal.input.write('x'.repeat(45));
  await terminal.shown();
  terminal.prompt.write('message\n');
  // Two rows up, and then none: the message stays.
  const shown = await terminal.shown();
  assert.ok(shown.startsWith(`\x1b[2A\x1b[1G\x1b[0Jmessage\n\x1b[1G\x1b[0J> ${'x'.repeat(45)}`), shown);
  terminal.prompt.close();
});

test('keeps the pieces of one line together', async () => {
  const terminal = new Terminal();
  terminal.prompt.lines().next();
  await terminal.shown();
  terminal.prompt.write('one, ');
  terminal.prompt.write(new Uint8Array([116]));
  terminal.prompt.write('wo\n');
  assert.match(await terminal.shown(), /one, two\n/);
  terminal.prompt.close();
});

test('prints plainly after its end', async () => {
  const terminal = new Terminal();
  terminal.prompt.lines().next();
  terminal.prompt.close();
  await terminal.shown();
  terminal.prompt.write('late\n');
  assert.is(await terminal.shown(), 'late\n');
});

test.run();
