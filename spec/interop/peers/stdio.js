// The line protocol of a peer's process, as ../peer.ts describes it.

import { createInterface } from 'node:readline';

/** Tells what has happened. */
export function report(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Opens a connection for each line on standard input, which has the URL and the subprotocols to offer. */
export function openOnRequest(open) {
  createInterface({ input: process.stdin }).on('line', line => open(JSON.parse(line)));
}

/** What a URL or a request's target asks for. */
export function wishes(target) {
  const { pathname, searchParams } = new URL(target, 'ws://localhost');
  return { ...Object.fromEntries(searchParams), behaviour: pathname, id: Number(searchParams.get('id')) };
}
