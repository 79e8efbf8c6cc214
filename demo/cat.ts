// `npm run --silent cat -- ws://127.0.0.1:8080/echo`: sends the lines of standard input and prints the messages that come.
// After the last line it waits until as many messages have come as lines were sent, or none for a second.

import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type OpenWebSocket, WebSocketError } from '../lib/index.ts';
import { dial } from '../lib/node.ts';

const quietMs = 1000;
let sent = 0;
let received = 0;
let ended = false;

async function send(socket: OpenWebSocket): Promise<void> {
  const writer = socket.writable.getWriter();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    await writer.ready;
    // That it was not sent shows in `socket.closed`.
    writer.write(line).catch(() => {});
    sent += 1;
  }
  ended = true;
  for (let before = -1; received < sent && before < received; await delay(quietMs)) before = received;
  socket.close({ closeCode: 1000 });
}

async function print(socket: OpenWebSocket): Promise<void> {
  for await (const message of socket.readable) {
    console.log(
      typeof message === 'string' ? shown(message) : `binary ${Buffer.from(message).toString('hex')}`,
    );
    received += 1;
    if (ended && received >= sent) socket.close({ closeCode: 1000 });
  }
}

/** A terminal gets no control characters from afar. */
function shown(text: string, escaped: boolean = process.stdout.isTTY): string {
  const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return escaped ? text.replace(/(?![\t\n])\p{Cc}/gu, code) : text;
}

async function run(url: string | undefined): Promise<number> {
  if (url === undefined) throw new Error('usage: npm run --silent cat -- ws://127.0.0.1:8080/echo');
  const socket = await dial(url);
  // Whoever reads what is printed has gone, such as `head`.
  process.stdout.on('error', () => socket.close({ closeCode: 1000 }));
  send(socket).catch(() => {});
  await print(socket);
  const { closeCode, reason } = await socket.closed;
  // 1005: the peer closed without a code.
  if (closeCode === 1000 || closeCode === 1005) return 0;
  complain(closeCode, reason);
  return 1;
}

function complain(closeCode: number, reason: string, detail = ''): void {
  console.error(shown(['closed:', closeCode, reason, detail].filter(Boolean).join(' '), true));
}

process.exitCode = await run(process.argv[2]).catch(error => {
  const { message, cause } = error;
  const story =
    cause instanceof Error && !message.includes(cause.message) ? `${message}: ${cause.message}` : message;
  if (error instanceof WebSocketError) complain(error.closeCode ?? 1006, error.reason, `(${story})`);
  else console.error(message);
  return 1;
});
process.stdin.destroy();
