import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as platform from '../../lib/streams/platform.ts';

const test = suite('platform');

test('gives the constructors of the host', () => {
  assert.is(platform.ReadableStream, globalThis.ReadableStream);
  assert.is(platform.WritableStream, globalThis.WritableStream);
});

test('can be replaced by web-streams-polyfill', async () => {
  const built = (path: string) => new URL(`../${path}`, import.meta.url);
  const polyfilled = built('support/polyfilled-streams.js').href;
  const suites = ['streams/stage-stream', 'streams/direct-iterator', 'streams/interleavings', 'testing/'];
  const args = ['--import', polyfilled, fileURLToPath(built('run.js')), ...suites];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch(error => error);
  assert.match(stdout, /\n[1-9]\d* passed, 0 failed\n$/);
});

test.run();
