// A VNC server (RFC 6143) with one screen, no password and raw updates. It exits when its client disconnects.

import { createServer } from 'node:net';

export const size = { width: 320, height: 200 };
export const pixels = Buffer.from(Uint8Array.from({ length: 320 * 200 * 4 }, (_, i) => i ^ (i >> 8)));
export const name = 'a screen';

/** Starts the server. Returns the port. */
export async function listenVnc() {
  const server = createServer(tcp => void serve(tcp).catch(() => tcp.destroy()));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

async function serve(tcp) {
  const take = reader(tcp);
  tcp.write('RFB 003.008\n');
  if ((await take(12)).toString() !== 'RFB 003.008\n') throw new Error('not RFB 3.8');
  tcp.write(Buffer.of(1, 1));
  if ((await take(1))[0] !== 1) throw new Error('another security type');
  tcp.write(Buffer.alloc(4));
  await take(1);
  tcp.write(serverInit());
  for (;;) {
    const [type] = await take(1);
    if (type === undefined) return void tcp.end();
    if (type !== 3) throw new Error('not a FramebufferUpdateRequest');
    await take(9);
    tcp.write(Buffer.concat([updateHead(), pixels]));
  }
}

function serverInit() {
  const head = Buffer.alloc(24);
  head.writeUInt16BE(size.width, 0);
  head.writeUInt16BE(size.height, 2);
  head.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
  head.writeUInt32BE(name.length, 20);
  return Buffer.concat([head, Buffer.from(name)]);
}

/** Returns an update with one raw rectangle. */
function updateHead() {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(size.width, 8);
  head.writeUInt16BE(size.height, 10);
  return head;
}

/** Returns a function that reads `length` bytes, or none at the end. */
function reader(tcp) {
  let kept = Buffer.alloc(0);
  const chunks = tcp[Symbol.asyncIterator]();
  return async length => {
    while (kept.length < length) {
      const { done, value } = await chunks.next();
      if (done) return Buffer.alloc(0);
      kept = Buffer.concat([kept, value]);
    }
    const taken = kept.subarray(0, length);
    kept = kept.subarray(length);
    return taken;
  };
}
