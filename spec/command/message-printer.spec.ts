import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bytePrinter,
  jsonPrinter,
  linePrinter,
  type PrintMessage,
} from '../../lib/command/message-printer.ts';
import { StreamScreen } from '../../lib/command/screen.ts';
import { readText } from '../support/read-text.ts';

const test = suite('message printer');

const text = (data: string, last = true) => ({ type: 'text' as const, data, last });
const binary = (values: number[], last = true) => ({
  type: 'binary' as const,
  data: new Uint8Array(values),
  last,
});

function printed(
  make: (screen: StreamScreen) => PrintMessage,
  parts: readonly Parameters<PrintMessage>[0][],
  isTTY = false,
): string {
  const out = Object.assign(new PassThrough(), { isTTY });
  const print = make(new StreamScreen(out));
  for (const part of parts) print(part);
  return readText(out);
}

test('prints a line for each message, with its parts joined', () => {
  const parts = [text('a', false), text('b\x1b'), binary([0, 255], false), binary([1])];
  assert.is(
    printed(screen => linePrinter(screen, 'hex'), parts),
    'ab\x1b\n00ff01\n',
  );
  assert.is(
    printed(screen => linePrinter(screen, 'hex', '< '), parts, true),
    '< ab\\u001b\n< 00ff01\n',
  );
});

test('prints the same base64 for parts as for the whole', () => {
  const all = [...Array(50).keys()];
  const whole = `${Buffer.from(all).toString('base64')}\n`;
  for (const size of [1, 2, 3, 4, 7, 50]) {
    const parts = [];
    for (let at = 0; at < 50; at += size) parts.push(binary(all.slice(at, at + size), at + size >= 50));
    assert.is(
      printed(screen => linePrinter(screen, 'base64'), [...parts, ...parts]),
      whole + whole,
    );
  }
});

test('prints a JSON object for each message', () => {
  const parts = [text('a\n'), binary([0, 255])];
  assert.is(
    printed(screen => jsonPrinter(screen), parts),
    '{"type":"text","data":"a\\n"}\n{"type":"binary","base64":"AP8="}\n',
  );
  assert.is(
    printed(screen => jsonPrinter(screen, 3), [text('a')]),
    '{"type":"text","client":3,"data":"a"}\n',
  );
});

test('prints bytes unchanged', () => {
  assert.is(
    printed(screen => bytePrinter(screen), [text('é'), binary([97])]),
    'éa',
  );
});

test.run();
