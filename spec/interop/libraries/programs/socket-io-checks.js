// Checks a client of Socket.IO.

import assert from 'node:assert/strict';

export async function check(client) {
  const connected = new Promise((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
  client.connect();
  await connected;
  assert.deepEqual(await client.emitWithAck('echo', { text: 'é', list: [1, 2] }), {
    text: 'é',
    list: [1, 2],
  });
  const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => i));
  const echoed = await client.emitWithAck('echo', bytes);
  assert.equal(Buffer.compare(Buffer.from(echoed), bytes), 0);
  const counts = [];
  client.on('count', n => counts.push(n));
  await client.emitWithAck('count', 1000);
  assert.deepEqual(
    counts,
    Array.from({ length: 1000 }, (_, i) => i),
  );
  const ended = new Promise(resolve => client.once('disconnect', resolve));
  client.emit('leave');
  assert.equal(await ended, 'io server disconnect');
  client.close();
}

export function serve(io) {
  io.on('connection', socket => {
    socket.on('echo', (value, answer) => answer(value));
    socket.on('count', (to, answer) => {
      for (let i = 0; i < to; i++) socket.emit('count', i);
      answer();
    });
    socket.on('leave', () => socket.disconnect(true));
  });
}
