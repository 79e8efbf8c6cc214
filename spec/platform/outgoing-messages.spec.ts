import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BufferedAmount } from '../../lib/platform/buffered-amount.ts';
import { isBlob, OutgoingMessages } from '../../lib/platform/outgoing-messages.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { settle } from '../support/settling.ts';

const test = suite('OutgoingMessages');

/** A socket that records its calls; the spec settles the sends. */
class Recorder {
  readonly calls: unknown[] = [];
  readonly sends: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  send(data: unknown): Promise<void> {
    this.calls.push(typeof data === 'string' ? data : [...(data as Uint8Array)]);
    return new Promise((resolve, reject) => this.sends.push({ resolve, reject }));
  }

  close(info: unknown): void {
    this.calls.push(info);
  }

  terminate(): void {
    this.calls.push('terminate');
  }
}

function setUp(): { recorder: Recorder; amount: BufferedAmount; outgoing: OutgoingMessages } {
  const recorder = new Recorder();
  const amount = new BufferedAmount();
  return { recorder, amount, outgoing: new OutgoingMessages(recorder as unknown as OpenWebSocket, amount) };
}

const bye = { closeCode: 1000, reason: '' };

test('sends at once, and counts the message until it has been sent', async () => {
  const { recorder, amount, outgoing } = setUp();
  outgoing.send('é');
  outgoing.send(Uint8Array.of(1, 2, 3));
  assert.equal([recorder.calls, amount.bytes], [['é', [1, 2, 3]], 5]);
  recorder.sends[0]!.resolve();
  await settle();
  assert.is(amount.bytes, 3);
});

test('counts a lost message forever', async () => {
  const { recorder, amount, outgoing } = setUp();
  outgoing.send('abc');
  recorder.sends[0]!.reject(new Error('lost'));
  await settle();
  assert.is(amount.bytes, 3);
});

test('reads a Blob first; later messages wait, with the bytes they had when they were passed', async () => {
  const { recorder, amount, outgoing } = setUp();
  const bytes = Uint8Array.of(3);
  outgoing.send('a');
  outgoing.send(new Blob([Uint8Array.of(1, 2)]));
  outgoing.send(bytes);
  outgoing.send('d');
  outgoing.send(new Blob([Uint8Array.of(5)]));
  outgoing.close(bye);
  bytes[0] = 9;
  assert.equal([recorder.calls, amount.bytes], [['a'], 6]);
  await settle();
  assert.equal(recorder.calls, ['a', [1, 2], [3], 'd', [5], bye]);
  outgoing.send('f');
  outgoing.close(bye);
  assert.equal(recorder.calls.slice(-2), ['f', bye]);
});

test('terminates the socket if a Blob cannot be read, and sends no later message', async () => {
  const { recorder, outgoing } = setUp();
  const broken = Object.assign(new Blob(['x']), { arrayBuffer: () => Promise.reject(new Error('gone')) });
  outgoing.send(broken);
  outgoing.send('after');
  await settle();
  assert.equal(recorder.calls, ['terminate']);
});

test('recognises the Blobs of the host, if it has any', () => {
  assert.ok(isBlob(new Blob([])));
  assert.not.ok(isBlob({ arrayBuffer() {}, size: 0 }));
  // In workerd `Blob` is a property of the global object's prototype.
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'Blob');
  const blob = new Blob([]);
  Object.defineProperty(globalThis, 'Blob', { value: undefined, configurable: true });
  const known = isBlob(blob);
  if (descriptor !== undefined) Object.defineProperty(globalThis, 'Blob', descriptor);
  else Reflect.deleteProperty(globalThis, 'Blob');
  assert.is(known, false);
});

test.run();
