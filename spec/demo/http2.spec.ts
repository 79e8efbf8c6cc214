import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DemoProcess } from '../support/demo-process.ts';

const test = suite('demo: HTTP/2');

test('opens three WebSockets on one session', async () => {
  const lines = ['/a', '/b', '/c'].map(path => `hello from ${path}\n`).join('');
  assert.equal(await new DemoProcess('http2').ended, { code: 0, out: lines, err: '' });
});

test.run();
