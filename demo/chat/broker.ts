// The state that the processes of a chat share: values by key, and messages by channel. In memory for one process, in Redis for
// several.

import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Broker {
  get(key: string): Promise<string | undefined>;
  /** Sets a value. With `onlyNew`, resolves with false and keeps the old value if there is one. */
  set(
    key: string,
    value: string,
    options: { readonly onlyNew: boolean; readonly seconds?: number },
  ): Promise<boolean>;
  publish(channel: string, message: string): Promise<void>;
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Emits `message` with a channel and a message, and `error` if the connection to the broker is lost. */
  readonly events: EventEmitter;
  close(): void;
}

export class MemoryBroker implements Broker {
  readonly events: EventEmitter = new EventEmitter();
  readonly #values = new Map<string, string>();
  readonly #channels = new Set<string>();

  async get(key: string): Promise<string | undefined> {
    return this.#values.get(key);
  }

  async set(
    key: string,
    value: string,
    { onlyNew, seconds }: { readonly onlyNew: boolean; readonly seconds?: number },
  ): Promise<boolean> {
    if (onlyNew && this.#values.has(key)) return false;
    this.#values.set(key, value);
    if (seconds !== undefined) setTimeout(() => this.#values.delete(key), seconds * 1000).unref();
    return true;
  }

  async publish(channel: string, message: string): Promise<void> {
    if (this.#channels.has(channel)) this.events.emit('message', channel, message);
  }

  async subscribe(channel: string): Promise<void> {
    this.#channels.add(channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#channels.delete(channel);
  }

  close(): void {}
}

/** A client for Redis with the few commands that a chat needs. One connection is for commands, the other for published messages. */
export class RedisBroker implements Broker {
  readonly events: EventEmitter = new EventEmitter();
  readonly #commands: RedisConnection;
  readonly #subscriptions: RedisConnection;

  static async connect(url: string): Promise<RedisBroker> {
    const { hostname, port } = new URL(url);
    const sockets = [0, 1].map(() => connect({ host: hostname, port: Number(port || 6379), noDelay: true }));
    await Promise.all(sockets.map(socket => once(socket, 'connect')));
    return new RedisBroker(sockets[0]!, sockets[1]!);
  }

  private constructor(commands: Socket, subscriptions: Socket) {
    const lost = (error: Error) => this.events.emit('error', error);
    this.#commands = new RedisConnection(commands, lost);
    this.#subscriptions = new RedisConnection(subscriptions, lost, (channel, message) =>
      this.events.emit('message', channel, message),
    );
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#commands.call('GET', key)) as string | undefined;
  }

  async set(
    key: string,
    value: string,
    { onlyNew, seconds }: { readonly onlyNew: boolean; readonly seconds?: number },
  ): Promise<boolean> {
    const expiry = seconds === undefined ? [] : ['EX', String(seconds)];
    const answer = await this.#commands.call('SET', key, value, ...expiry, ...(onlyNew ? ['NX'] : []));
    return answer === 'OK';
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.#commands.call('PUBLISH', channel, message);
  }

  async subscribe(channel: string): Promise<void> {
    await this.#subscriptions.call('SUBSCRIBE', channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    await this.#subscriptions.call('UNSUBSCRIBE', channel);
  }

  close(): void {
    this.#commands.close();
    this.#subscriptions.close();
  }
}

type Reply = string | number | undefined | Error | Reply[];

/** Sends commands and receives replies in the protocol of Redis (RESP2). */
class RedisConnection {
  readonly #socket: Socket;
  readonly #waiting: { resolve(reply: Reply): void; reject(error: unknown): void }[] = [];
  readonly #onMessage: (channel: string, message: string) => void;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(
    socket: Socket,
    onLost: (error: Error) => void,
    onMessage: (channel: string, message: string) => void = () => {},
  ) {
    this.#socket = socket;
    this.#onMessage = onMessage;
    socket.on('data', chunk => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      const error = socket.errored ?? new Error('Redis closed the connection');
      for (const { reject } of this.#waiting.splice(0)) reject(error);
      onLost(error);
    });
  }

  call(...words: string[]): Promise<Reply> {
    const bulks = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${bulks.join('')}`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let reply = parse(this.#bytes, 0); reply !== undefined; reply = parse(this.#bytes, 0)) {
      this.#bytes = this.#bytes.subarray(reply.end);
      this.#take(reply.value);
    }
  }

  #take(reply: Reply): void {
    if (Array.isArray(reply) && reply[0] === 'message') {
      return this.#onMessage(String(reply[1]), String(reply[2]));
    }
    const waiting = this.#waiting.shift();
    if (reply instanceof Error) waiting?.reject(reply);
    else waiting?.resolve(reply);
  }
}

interface Parsed {
  readonly value: Reply;
  readonly end: number;
}

/** Returns the reply at this offset; `undefined` if it is not complete yet. */
function parse(bytes: Buffer, at: number): Parsed | undefined {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const start = lineEnd + 2;
  switch (String.fromCharCode(bytes[at]!)) {
    case '+':
      return { value: line, end: start };
    case '-':
      return { value: new Error(line), end: start };
    case ':':
      return { value: Number(line), end: start };
    case '$': {
      if (line === '-1') return { value: undefined, end: start };
      const end = start + Number(line);
      return bytes.length < end + 2 ? undefined : { value: bytes.toString('utf8', start, end), end: end + 2 };
    }
    default:
      return parseArray(bytes, start, Number(line));
  }
}

function parseArray(bytes: Buffer, start: number, length: number): Parsed | undefined {
  const value: Reply[] = [];
  let end = start;
  for (let i = 0; i < length; i += 1) {
    const item = parse(bytes, end);
    if (item === undefined) return undefined;
    value.push(item.value);
    end = item.end;
  }
  return { value, end };
}
