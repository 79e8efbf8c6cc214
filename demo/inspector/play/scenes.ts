// Prepared settings, a button for each, that show what the library does.

import type { Item } from '../wire/items.ts';
import { type ConnectionSettings, defaultSettings, type SendSettings } from './settings.ts';

export interface Scene {
  readonly id: string;
  readonly title: string;
  /** A sentence that says what to look at. */
  readonly hint: string;
  readonly connection: ConnectionSettings;
  readonly send: SendSettings;
  /** Whether the server's application reads. */
  readonly reading: boolean;
  /** The type of the item to open afterwards: the newest one from client to server. */
  readonly opens: Item['type'];
}

const { connection, send } = defaultSettings;

const json = '{"id":17,"name":"sluice","open":true,"levels":[3,3,4,4,5]},';

export const scenes: readonly Scene[] = [
  {
    id: 'hello',
    title: 'Hello',
    hint: 'One message: bytes, a frame, a message, an event, and the echo back.',
    connection,
    send,
    reading: true,
    opens: 'frame',
  },
  {
    id: 'fragments',
    title: 'Fragments',
    hint: 'Frames of at most 16 bytes: one message in five frames, joined by the MessageAssembler.',
    connection: { ...connection, maxFrameBytes: 16 },
    send: { ...send, text: 'A message may have several frames, and it is still a single message.' },
    reading: true,
    opens: 'message',
  },
  {
    id: 'cuts',
    title: 'Cut bytes',
    hint: 'The transport cuts after every third byte. The frames, the message and the event stay the same.',
    connection: { ...connection, cuts: { type: 'every', bytes: 3 } },
    send: { ...send, text: 'Cuts do not matter.' },
    reading: true,
    opens: 'chunk',
  },
  {
    id: 'compress',
    title: 'Compress',
    hint: 'The second message refers back to the first. Open both to compare their sizes.',
    connection: { ...connection, compression: { ...connection.compression, on: true } },
    send: { ...send, text: json, size: 600, count: 2 },
    reading: true,
    opens: 'message',
  },
  {
    id: 'backpressure',
    title: 'Backpressure',
    hint: 'The server has stopped reading. The buffers fill from right to left, then the sender waits.',
    connection,
    send: { ...send, kind: 'binary', size: 16_384, count: 100 },
    reading: false,
    opens: 'frame',
  },
  {
    id: 'flood',
    title: 'Flood',
    hint: 'Twenty thousand messages, as fast as the buffers have room. Watch the throughput.',
    connection,
    send: { ...send, text: 'ping pong ', size: 200, count: 20_000 },
    reading: true,
    opens: 'frame',
  },
];
