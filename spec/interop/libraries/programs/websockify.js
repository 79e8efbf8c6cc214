// Starts websockify and a TCP server, which sends a greeting, echoes, and ends when it reads "bye".

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const server = createServer(tcp => {
  tcp.on('error', () => {});
  tcp.write('RFB 003.008\n');
  tcp.on('data', data => {
    const isLast = data.subarray(-3).toString() === 'bye';
    tcp.write(isLast ? data.subarray(0, -3) : data);
    if (isLast) tcp.end('so long');
  });
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const probe = createServer();
await new Promise(resolve => probe.listen(0, '127.0.0.1', resolve));
const { port } = probe.address();
await new Promise(resolve => probe.close(resolve));
const child = spawn('websockify', [`127.0.0.1:${port}`, `127.0.0.1:${server.address().port}`], {
  stdio: 'ignore',
});
process.on('exit', () => child.kill());
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit());
for (let tries = 0; tries < 200; tries++) {
  const answers = await fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
  if (answers) break;
  await new Promise(resolve => setTimeout(resolve, 50));
}
console.log(JSON.stringify({ port }));
