// Runs the command on a terminal, as a person uses it.

import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serve } from '../../lib/hosts/serve.ts';
import { listen } from '../support/node-servers.ts';
import { Terminal } from '../support/terminal.ts';

const test = suite('the command on a terminal');

const main = fileURLToPath(new URL('../../lib/command/main.js', import.meta.url));
const node = process.execPath;

/** Runs the command on a terminal with an echo server, and stops both. */
async function atTerminal(
  args: (url: string) => readonly string[],
  use: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const server = createHttpServer();
  const echoes = serve(server, async socket => {
    for await (const message of socket.readable) await socket.send(message);
  });
  const terminal = new Terminal([node, main, ...args(`ws://127.0.0.1:${await listen(server)}/`)]);
  try {
    await use(terminal);
  } finally {
    terminal.kill();
    await echoes.close();
    server.close();
  }
}

const scenes: Readonly<Record<string, (terminal: Terminal) => Promise<void>>> = {
  async 'edits a line, and recalls earlier ones'(terminal) {
    const [left, up, lineStart, eraseLine] = ['\x1b[D', '\x1b[A', '\x01', '\x15'];
    await terminal.type(/> /, 'word', left, left, '-', lineStart, '<', '\r');
    await terminal.type(/< <wo-rd\r\n.*> /s, 'wrong', eraseLine, 'second', '\r');
    await terminal.type(/< second\r\n.*> /s, up, up, '>', '\r');
    await terminal.type(/< <wo-rd>\r\n.*> /s, '\x04');
    assert.is(await terminal.ended, 0);
  },

  async 'Ctrl-D closes the WebSocket, and the exit code is 0'(terminal) {
    await terminal.type(/Ctrl-D closes\r\n.*> /s, '\x04');
    assert.is(await terminal.ended, 0);
  },

  async 'Ctrl-C closes it, too, and the exit code is that of SIGINT'(terminal) {
    await terminal.type(/> /, 'not sent');
    await terminal.type(/not sent/, '\x03');
    assert.is(await terminal.ended, 130);
    assert.not.match(terminal.shown, '< not sent');
  },
};

const run = Terminal.isInstalled() ? test : test.skip;

for (const [name, use] of Object.entries(scenes)) {
  run(name, () => atTerminal(url => [url, '--no-proxy'], use));
}

run('Ctrl-C aborts a slow opening handshake', async () => {
  const silent: Server = createServer();
  const connected = new Promise(resolve => silent.once('connection', resolve));
  const terminal = new Terminal([node, main, '--no-proxy', `ws://127.0.0.1:${await listen(silent)}/`]);
  await connected;
  await terminal.type(/^/, '\x03');
  assert.is(await terminal.ended, 130);
  silent.close();
});

run('--help fits a screen of 24 lines', async () => {
  const terminal = new Terminal([node, main, '--help']);
  assert.is(await terminal.ended, 0);
  const lines = terminal.shown.split('\r\n');
  assert.is(lines.pop(), '');
  // The prompt of the shell needs a line.
  assert.ok(lines.length <= 23);
  assert.ok(lines.every(line => line.length <= 80));
});

test.run();
