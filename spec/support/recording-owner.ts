// An owner of a transport that records its calls.

import type { TransportOwner } from '../../lib/streams/byte-duplex.ts';
import { hex } from './hex.ts';

export class RecordingOwner implements TransportOwner {
  /** The received bytes as hex, the causes of failures, and the names of the other calls. */
  readonly calls: unknown[] = [];
  /** Called after each chunk. */
  onReceive = (): void => {};

  /** The calls with the messages of causes. */
  get told(): unknown[] {
    return this.calls.map(call => (call instanceof Error ? call.message : call));
  }

  receive(bytes: Uint8Array): void {
    this.calls.push(hex(bytes));
    this.onReceive();
  }

  receiveEnd(): void {
    this.calls.push('end');
  }

  taken(): void {
    this.calls.push('taken');
  }

  ended(): void {
    this.calls.push('ended');
  }

  failed(cause: unknown): void {
    this.calls.push(cause);
  }
}
