// A process: the neutral server of the clients. Sends back a frame that was made before for each message that comes.

import { createServer, type Socket } from 'node:net';
import { listen } from '../../support/node-servers.ts';
import { FrameCounter } from '../load/frame-counter.ts';
import { encodeFrame } from '../load/frames.ts';
import { makeReel, ReelReader, type Work } from '../load/reel.ts';
import { answer } from '../process/answering.ts';
import { responseHead } from '../servers/response-head.ts';

const reel = await makeReel(JSON.parse(process.argv[2]!) as Work, false);

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.once('data', head => {
    // A request comes in one piece over the loopback device.
    const key = /^sec-websocket-key: *(\S+)/im.exec(head.toString('latin1'))![1]!;
    socket.write(responseHead(key, false));
    echo(socket);
  });
}

function echo(socket: Socket): void {
  const reader = new ReelReader(reel);
  const counter = new FrameCounter((opcode, payload) => {
    if (opcode === 9) socket.write(encodeFrame({ opcode: 10, payload, masked: false }));
    if (opcode === 8) socket.end(encodeFrame({ opcode, payload, masked: false }));
  });
  socket.on('data', chunk => reader.take(counter.push(chunk), frames => socket.write(frames)));
}

const port = await listen(createServer(serve));

answer({ port: () => port });
