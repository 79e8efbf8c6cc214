import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dial } from '../../lib/node.ts';
import { DemoProcess } from '../support/demo-process.ts';

const test = suite('demo: from ws');

/** Returns the number of lines of code, without comments and empty lines. */
function linesOf(name: string): number {
  const text = readFileSync(new URL(`../../../demo/from-ws/${name}.ts`, import.meta.url), 'utf8');
  return text.split('\n').filter(line => line.trim() !== '' && !line.trim().startsWith('//')).length;
}

test('is not longer after the move than before', () => {
  assert.ok(
    linesOf('after') <= linesOf('before'),
    `${linesOf('after')} lines instead of ${linesOf('before')}`,
  );
});

for (const name of ['before', 'after']) {
  test(`${name}: sends each message to everyone, refuses strangers, and stops in order`, async () => {
    const server = new DemoProcess(`from-ws/${name}`);
    const [[, port] = []] = await server.printed(/port: (\d+)/);
    const url = `ws://127.0.0.1:${port}/`;
    const [alice, bob] = await Promise.all([dial(`${url}?token=secret`), dial(`${url}?token=hidden`)]);
    const readers = [alice!.readable.getReader(), bob!.readable.getReader()];
    await bob!.ping();
    await alice!.send('hi');
    for (const reader of readers) assert.is((await reader.read()).value, 'alice: hi');
    const stranger = await dial(url).catch(error => error);
    assert.is(stranger.response.status, 401);
    bob!.send(new Uint8Array(1));
    assert.equal(await bob!.closed, { closeCode: 1003, reason: 'text only' });
    server.child.kill('SIGTERM');
    assert.equal(await alice!.closed, { closeCode: 1001, reason: 'restarting' });
    assert.is((await server.ended).code, 0);
  });
}

test.run();
