import type { Writable } from 'node:stream';
import * as library from 'ws';
import { hex } from '../../support/hex.ts';
import type { Transcript, TranscriptEvent } from '../../support/reference-decoder.ts';
import type { Peer, Sequence } from './peer.ts';

/** The exports of `ws` that its types omit. */
const { PerMessageDeflate, Receiver } = library as unknown as {
  PerMessageDeflate: new (options: object) => { accept(configurations: readonly object[]): void };
  Receiver: new (options: object) => Writable;
};

/** The receiver of `ws`, in this process. */
export const ws: Peer = {
  name: 'ws',
  roles: ['client', 'server'],
  quirks: [
    'lengths need not be minimal',
    'the highest bit makes a length too large',
    'a header is validated by its first bytes',
    'data is output when its frame is complete',
    'UTF-8 is validated when its message is complete',
    'a close body of one byte is rejected by its header',
  ],
  transcribe,
};

function transcribe({ role, compressed, wire }: Sequence): Promise<Transcript> {
  const events: TranscriptEvent[] = [];
  const extensions = compressed ? { 'permessage-deflate': deflate(role) } : {};
  const receiver = new Receiver({ isServer: role === 'server', extensions, maxPayload: 0 });
  return new Promise(resolve => {
    const end = (code: number) => resolve({ events, end: code });
    receiver.on('message', (data: Buffer, isBinary: boolean) =>
      events.push(isBinary ? ['binary', hex(data)] : ['text', data.toString()]),
    );
    receiver.on('ping', (data: Buffer) => events.push(['ping', hex(data)]));
    receiver.on('pong', (data: Buffer) => events.push(['pong', hex(data)]));
    receiver.on('conclude', (code: number, reason: Buffer) => {
      events.push(['close', code === 1005 ? undefined : code, reason.toString()]);
      end(0);
    });
    receiver.on('error', error => end(statusCode(error)));
    receiver.write(Buffer.from(wire), error => error ?? end(1006));
  });
}

function deflate(role: 'client' | 'server'): unknown {
  const parameters = { server_no_context_takeover: [true], client_no_context_takeover: [true] };
  const extension = new PerMessageDeflate({ isServer: role === 'server' });
  extension.accept([parameters]);
  return extension;
}

/** Returns the close code of an error, whose property is a symbol. */
function statusCode(error: Error): number {
  const symbol = Object.getOwnPropertySymbols(error).find(({ description }) => description === 'status-code');
  return (error as unknown as Record<symbol, number>)[symbol!]!;
}
