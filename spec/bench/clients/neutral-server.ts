// A process: the server for all compared clients. It answers each message with a frame encoded in advance.

import { createServer, type Socket } from 'node:net';
import { listen } from '../../support/node-servers.ts';
import { FrameCounter } from '../load/frame-counter.ts';
import { FrameCycleReader, type MessageShape, makeEchoFrames } from '../load/frame-cycle.ts';
import { encodeFrame } from '../load/frames.ts';
import { answer } from '../process/answer.ts';
import { responseHead } from '../servers/response-head.ts';

const cycle = await makeEchoFrames(JSON.parse(process.argv[2]!) as MessageShape, false);

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.once('data', head => {
    // Over loopback, a request arrives in one chunk.

    const key = /^sec-websocket-key: *(\S+)/im.exec(head.toString('latin1'))![1]!;
    socket.write(responseHead(key, false));
    echo(socket);
  });
}

function echo(socket: Socket): void {
  const reader = new FrameCycleReader(cycle);
  const counter = new FrameCounter((opcode, payload) => {
    if (opcode === 9) socket.write(encodeFrame({ opcode: 10, payload, masked: false }));
    if (opcode === 8) socket.end(encodeFrame({ opcode, payload, masked: false }));
  });
  socket.on('data', chunk => reader.take(counter.push(chunk), frames => socket.write(frames)));
}

const port = await listen(createServer(serve));

answer({ port: () => port });
