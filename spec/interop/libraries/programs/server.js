// What the servers of these programs share: a port of their own, told on a line.

import { once } from 'node:events';

export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  console.log(JSON.stringify({ port: server.address().port }));
}

const entries = process.argv[2];

/** Everything of wsluice, for Node. */
export const wsluice = { ...(await import(`${entries}/index.js`)), ...(await import(`${entries}/node.js`)) };

/** Where the other end listens, if this program is the one that connects. */
export const other = process.argv[3] && JSON.parse(process.argv[3]);
