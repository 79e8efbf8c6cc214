// The command's end of the conversation with one of its children.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Snapshot } from './resources.ts';
import type { Tally } from './tally.ts';
import type { FromChild, FromParent, Order } from './worker.ts';

type Answer = Extract<FromChild, { type: 'ready' | 'done' | 'measured' }>;

export class Child {
  readonly name: 'server' | 'proxy' | 'clients';
  /** Connections that have not ended in it. */
  active = 0;
  readonly #process: ChildProcess;
  readonly #tally: Tally;
  #answer: ((answer: Answer) => void) | undefined;

  constructor(name: Child['name'], order: Order, tally: Tally) {
    this.name = name;
    this.#tally = tally;
    this.#process = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), [JSON.stringify(order)]);
    this.#process.on('message', (message: FromChild) => this.#take(message));
  }

  /** Settles when the child listens; returns its port. */
  async ready(): Promise<number> {
    const answer = await this.#wait('ready');
    return answer.port;
  }

  /** Settles when the clients have closed their connections. */
  async run(round: 'warm-up' | 'soak'): Promise<void> {
    this.#send({ type: 'run', round });
    await this.#wait('done');
  }

  async measure(before?: Snapshot): Promise<Extract<FromChild, { type: 'measured' }>> {
    this.#send({ type: 'measure', before });
    return this.#wait('measured');
  }

  stop(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  #send(message: FromParent): void {
    this.#process.send(message);
  }

  /** Rejects if the child dies meanwhile. */
  async #wait<Type extends Answer['type']>(type: Type): Promise<Extract<FromChild, { type: Type }>> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const die = () => reject(new Error(`the process of the ${this.name} died`));
      this.#process.once('exit', die);
      this.#answer = received => {
        this.#process.off('exit', die);
        resolve(received);
      };
    });
    if (answer.type !== type) throw new Error(`the process of the ${this.name} answered ${answer.type}`);
    return answer as Extract<FromChild, { type: Type }>;
  }

  #take(message: FromChild): void {
    if (message.type === 'records') {
      this.active = message.active;
      for (const record of message.records) this.#tally.add(record);
    } else if (message.type === 'stray') {
      this.#tally.report({ kind: 'unhandled', text: `${this.name}: ${message.text}` });
    } else this.#answer?.(message);
  }
}
