// The line protocol of a peer's process, described in ../peer.ts.

import { createInterface } from 'node:readline';

/** Writes a report. */
export function report(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Opens a connection for each line on standard input, which has the URL and the subprotocols to offer. */
export function openOnRequest(open) {
  createInterface({ input: process.stdin }).on('line', line => open(JSON.parse(line)));
}

/** Returns the options in the query of a URL or request target. */
export function optionsOf(target) {
  const { pathname, searchParams } = new URL(target, 'ws://localhost');
  return { ...Object.fromEntries(searchParams), behaviour: pathname, id: Number(searchParams.get('id')) };
}
