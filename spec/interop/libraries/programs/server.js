// Shared by these programs: servers print their port as a line of JSON, which is the argument of the connecting program.

import { once } from 'node:events';

export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  console.log(JSON.stringify({ port: server.address().port }));
}

const entries = process.argv[2];

/** All exports of wsluice and wsluice/node. */
export const wsluice = { ...(await import(`${entries}/index.js`)), ...(await import(`${entries}/node.js`)) };

/** The port of the listening program, if this program connects to it. */
export const other = process.argv[3] && JSON.parse(process.argv[3]);
