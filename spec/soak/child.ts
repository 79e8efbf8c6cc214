// Controls one child process of the command: the server, the proxy or the clients.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Snapshot } from './resources.ts';
import type { Tally } from './tally.ts';
import type { FromChild, FromParent, WorkerArguments } from './worker.ts';

type Answer = Extract<FromChild, { type: 'ready' | 'done' | 'measured' }>;

export class Child {
  readonly name: 'server' | 'proxy' | 'clients';
  /** Open connections in this process. */
  active = 0;
  readonly #process: ChildProcess;
  readonly #tally: Tally;
  #answer: ((answer: Answer) => void) | undefined;

  constructor(name: Child['name'], args: WorkerArguments, tally: Tally) {
    this.name = name;
    this.#tally = tally;
    this.#process = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), [JSON.stringify(args)]);
    this.#process.on('message', (message: FromChild) => this.#handle(message));
  }

  /** Waits until the child listens. Returns its port. */
  async ready(): Promise<number> {
    const answer = await this.#wait('ready');
    return answer.port;
  }

  /** Makes the clients run a round, and waits until it has ended. */
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

  /** Waits for an answer. Rejects if the child exits first. */
  async #wait<Type extends Answer['type']>(type: Type): Promise<Extract<FromChild, { type: Type }>> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const onExit = () => reject(new Error(`the ${this.name} process exited before it answered`));
      this.#process.once('exit', onExit);
      this.#answer = received => {
        this.#process.off('exit', onExit);
        resolve(received);
      };
    });
    if (answer.type !== type)
      throw new Error(`the ${this.name} process answered "${answer.type}" instead of "${type}"`);
    return answer as Extract<FromChild, { type: Type }>;
  }

  #handle(message: FromChild): void {
    if (message.type === 'records') {
      this.active = message.active;
      for (const record of message.records) this.#tally.add(record);
    } else if (message.type === 'unhandled') {
      this.#tally.report({ kind: 'unhandled', text: `${this.name}: ${message.text}` });
    } else this.#answer?.(message);
  }
}
