// What the processes tell of one connection when it has ended.

import type { Fault } from './fault.ts';
import type { Break, Side } from './plan.ts';

export interface CloseFrameRecord {
  readonly closeCode?: number | undefined;
  readonly reason: string;
}

/** The end of a connection as one side saw it. */
export interface SideRecord {
  readonly id: number;
  readonly from: Side;
  readonly outcome: 'clean' | 'failed' | 'refused';
  /** The error of an end that was not clean. */
  readonly error: string;
  readonly failureCode: number | undefined;
  /** Messages that were handed to the socket before this side called for the end. */
  readonly written: number;
  /** Writes that settled while the socket was open. */
  readonly settled: number;
  /** Messages that the socket says have left. */
  readonly sent: number;
  readonly received: number;
  /** Whether the reader came to the end of the stream, and did not cancel it. */
  readonly readToEnd: boolean;
  readonly terminated: boolean;
  readonly initiator: 'local' | 'remote' | undefined;
  readonly closeSent: CloseFrameRecord | undefined;
  readonly closeReceived: CloseFrameRecord | undefined;
  readonly faults: readonly Fault[];
  readonly bytesReceived: number;
}

/** What the proxy did to a connection. */
export interface ProxyRecord {
  readonly id: number;
  readonly from: 'proxy';
  /** The break of the plan, if it came so far. */
  readonly broke: Break['type'] | undefined;
}

export type ConnectionRecord = SideRecord | ProxyRecord;

/** The record of a connection whose opening failed. */
export function refusedRecord(id: number, from: Side, error: unknown): SideRecord {
  const { message, cause } = error as Error;
  return {
    id,
    from,
    outcome: 'refused',
    error: `${message} (${cause})`,
    failureCode: undefined,
    written: 0,
    settled: 0,
    sent: 0,
    received: 0,
    bytesReceived: 0,
    readToEnd: false,
    terminated: false,
    initiator: undefined,
    closeSent: undefined,
    closeReceived: undefined,
    faults: [],
  };
}
