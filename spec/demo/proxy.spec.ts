import { createServer } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OpenWebSocket } from '../../lib/index.ts';
import { dial, upgrade } from '../../lib/node.ts';
import { DemoProcess } from '../support/demo-process.ts';
import { listen } from '../support/node-servers.ts';

const test = suite('demo: proxy');

test('passes messages, parts, pings, pongs and closes both ways', async () => {
  const opened: OpenWebSocket[] = [];
  const target = createServer().on('upgrade', async (request, tcp, head) => {
    opened.push(await upgrade(request, tcp, head, { deliver: 'parts', autoPong: false }));
  });
  const proxy = new DemoProcess('proxy', ['0', `ws://127.0.0.1:${await listen(target)}/`]);
  const [[, url] = []] = await proxy.printed(/proxy at (\S+)/);
  const client = await dial(url!, { autoPong: false });
  const [server] = opened as [OpenWebSocket];

  const seen: string[] = [];
  const atServer = (async () => {
    for await (const event of server.events) {
      seen.push(event.type);
      if (event.type === 'ping') server.pong(event.data);
      if (event.type === 'text' && event.last) server.send('back');
    }
  })();
  // The parts of an unfinished message are passed on.
  const message = client.openMessage('text').getWriter();
  await message.write('begun');
  while (!seen.includes('text')) await new Promise(resolve => setTimeout(resolve, 5));
  assert.type(await client.ping(new Uint8Array([7])), 'number');
  await message.close();
  assert.is((await client.readable.getReader().read()).value, 'back');
  server.close({ closeCode: 4002, reason: 'enough' });
  assert.equal(await client.closed, { closeCode: 4002, reason: 'enough' });
  await atServer;
  assert.ok(seen.includes('ping'));

  const second = await dial(url!);
  while (opened.length < 2) await new Promise(resolve => setTimeout(resolve, 5));
  second.terminate();
  assert.is((await opened[1]!.closed.catch(error => error)).closeCode, 1006);

  target.close();
  target.closeAllConnections();
  const refused = await dial(url!).catch(error => error);
  assert.is(refused.response.status, 502);
  proxy.child.kill();
  await proxy.ended;
});

test('passes the Close of a server that greets with it', async () => {
  const target = createServer().on('upgrade', async (request, tcp, head) => {
    (await upgrade(request, tcp, head)).close({ closeCode: 4003, reason: 'full' });
  });
  const proxy = new DemoProcess('proxy', ['0', `ws://127.0.0.1:${await listen(target)}/`]);
  const [[, url] = []] = await proxy.printed(/proxy at (\S+)/);
  for (let i = 0; i < 5; i++) {
    assert.equal(await (await dial(url!)).closed, { closeCode: 4003, reason: 'full' });
  }
  target.close();
  proxy.child.kill();
  await proxy.ended;
});

test.run();
