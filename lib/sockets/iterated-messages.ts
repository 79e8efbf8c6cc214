// Messages for a loop over the socket itself: no stream and no reader, which cost several KiB for each connection.

import type { BinaryMessage, TextMessage } from '../events/event.ts';
import { DirectIterator, type IteratedReader } from '../streams/direct-iterator.ts';
import type { Waiter } from '../streams/direct-source.ts';
import { nextTask } from '../streams/next-task.ts';
import { PendingRead, type ReadResult } from '../streams/pending-read.ts';
import type { Consumer, End, EventInbox, SocketEvent } from './event-inbox.ts';
import type { Message } from './message.ts';

/** The host gets a task after so many messages: timers wait for as long as promises follow promises. */
const messagesPerTask = 1024;

/** The messages of one socket, for one iterator at a time. */
export class IteratedMessages implements Consumer, IteratedReader<Message> {
  readonly name = 'the iterator of the socket';
  readonly wantsAll = false;
  readonly #inbox: EventInbox;
  #waiter: Waiter<Message> | undefined;
  #end: End | undefined;
  #locked = false;
  #taken = 0;

  constructor(inbox: EventInbox) {
    this.#inbox = inbox;
  }

  /** @throws TypeError while another iterator is in use */
  iterate(): DirectIterator<Message> {
    if (this.#locked) throw new TypeError('the socket is being iterated already');
    this.#locked = true;
    return new DirectIterator(this, this);
  }

  receive(event: SocketEvent): boolean {
    const waiter = this.#waiter;
    if (waiter === undefined) return false;
    this.#waiter = undefined;
    waiter.give((event as TextMessage | BinaryMessage).data);
    return true;
  }

  /** The queue is used only while no call waits. The next call takes from it. */
  pushed(): void {}

  decoded(): void {}

  end(end: End): void {
    this.#end = end;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (end === 'closed') waiter?.end();
    else waiter?.fail(end.failure);
  }

  takeNow(): Message | undefined {
    if (this.#taken >= messagesPerTask) return undefined;
    this.#taken += 1;
    return this.#shift();
  }

  wait(waiter: Waiter<Message>): boolean {
    if (this.#end !== undefined || this.#taken >= messagesPerTask) return false;
    this.#waiter = waiter;
    return true;
  }

  /** For the iterator where it can neither take nor wait: the end has come, or the host's task is due. */
  async read(): Promise<ReadResult<Message>> {
    if (this.#taken >= messagesPerTask) {
      this.#taken = 0;
      await nextTask();
    }
    const value = this.#shift();
    if (value !== undefined) return { value, done: false };
    if (this.#end === undefined) return this.#nextMessage();
    if (this.#end !== 'closed') throw this.#end.failure;
    return { value: undefined, done: true };
  }

  async cancel(reason: unknown): Promise<void> {
    this.end('closed');
    this.#inbox.cancel(reason);
  }

  releaseLock(): void {
    this.#locked = false;
  }

  #nextMessage(): Promise<ReadResult<Message>> {
    const pending = new PendingRead<Message>();
    this.#waiter = pending;
    return pending.promise;
  }

  #shift(): Message | undefined {
    return (this.#inbox.shift() as TextMessage | BinaryMessage | undefined)?.data;
  }
}
