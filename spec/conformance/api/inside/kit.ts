// What a case has at hand: the host's classes, URLs of the server, what the server has seen, and assertions.

/** The classes of the host, untyped, because their types differ between hosts. */
export interface Classes {
  readonly WebSocket?: unknown;
  readonly WebSocketStream?: unknown;
  readonly WebSocketError?: unknown;
}

/** Where the server listens. */
export interface Ports {
  /** For everything but the handshakes that hang: Chromium opens one WebSocket at a time to an address. */
  readonly main: number;
  readonly slow: number;
  /** A port without a server. */
  readonly dead: number;
}

/** What the server has seen of a connection. */
export interface Seen {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly {
    readonly type: 'text' | 'binary';
    readonly data: string;
    readonly bytes: number;
  }[];
  /** The client's Close; `undefined`: none came. */
  readonly close: { readonly code: number; readonly reason: string } | undefined;
  readonly ended: boolean;
  /** Bytes that the server wants to send and cannot. */
  readonly heldBack: number;
}

// biome-ignore lint/suspicious/noExplicitAny: the interfaces are what is under test.
export type Any = any;

/** How long a case waits for something that should happen. */
const patienceMs = 8000;

let connections = 0;

export class Kit {
  readonly #classes: Classes;
  readonly #ports: Ports;
  readonly #opened: Any[] = [];

  constructor(classes: Classes, ports: Ports) {
    this.#classes = classes;
    this.#ports = ports;
  }

  get WebSocket(): Any {
    return this.#classes.WebSocket;
  }

  get WebSocketStream(): Any {
    return this.#classes.WebSocketStream;
  }

  get WebSocketError(): Any {
    return this.#classes.WebSocketError;
  }

  /** A URL of the server, with a number by which `seen` finds the connection. */
  url(path = '/echo', port: keyof Ports = 'main'): string {
    connections += 1;
    return `ws://127.0.0.1:${this.#ports[port]}${path}${path.includes('?') ? '&' : '?'}id=${connections}-${Math.random()}`;
  }

  /** A URL whose handshake never ends. */
  slowUrl(): string {
    return this.url('/hang', 'slow');
  }

  /** A WebSocket that is closed after the case. */
  socket(url: string = this.url(), ...rest: unknown[]): Any {
    const socket = new this.WebSocket(url, ...rest);
    this.#opened.push(socket);
    return socket;
  }

  /** A WebSocket that is open. */
  async open(url: string = this.url(), ...rest: unknown[]): Promise<Any> {
    const socket = this.socket(url, ...rest);
    await this.event(socket, 'open');
    return socket;
  }

  /** A WebSocketStream that is closed after the case. */
  stream(url: string = this.url(), ...rest: unknown[]): Any {
    const stream = new this.WebSocketStream(url, ...rest);
    this.#opened.push(stream);
    stream.opened.catch(() => {});
    stream.closed.catch(() => {});
    return stream;
  }

  /** A WebSocketStream whose opening is aborted, and which stays open: Chromium 156 crashes if it is closed. */
  aborted(url: string, options: object): Any {
    const stream = this.stream(url, options);
    this.#opened.pop();
    return stream;
  }

  /** What `opened` gives, and the stream. */
  async streams(url: string = this.url(), ...rest: unknown[]): Promise<Any> {
    const stream = this.stream(url, ...rest);
    const { readable, writable, ...info } = (await this.inTime(stream.opened, 'opened')) as Any;
    return { stream, readable, writable, ...info };
  }

  /** The next event of a type. */
  event(target: Any, type: string): Promise<Any> {
    const next = new Promise(resolve => target.addEventListener(type, resolve, { once: true }));
    return this.inTime(next, `the event ${type}`);
  }

  /** The types of all events, as they come. */
  log(target: Any): string[] {
    const types: string[] = [];
    for (const type of ['open', 'message', 'error', 'close'])
      target.addEventListener(type, () => types.push(type));
    return types;
  }

  /** Rejects if the promise does not settle in time. */
  inTime<Value>(promise: Promise<Value>, what: string): Promise<Value> {
    let timer: Any;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: not within ${patienceMs} ms`)), patienceMs);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms));
  }

  /** What the server has seen, once that holds. */
  async seen(url: string, when: (seen: Seen) => boolean = seen => seen.ended): Promise<Seen> {
    const id = new URL(url).searchParams.get('id');
    const start = performance.now();
    for (;;) {
      const seen = await this.#ask(`/seen?id=${id}`);
      if (seen !== undefined && when(seen)) return seen;
      if (performance.now() - start > patienceMs)
        throw new Error(`the server has seen ${JSON.stringify(seen)}`);
      await this.sleep(20);
    }
  }

  /** Whether the server has seen a connection at all. */
  async wasReached(url: string): Promise<boolean> {
    return (await this.#ask(`/seen?id=${new URL(url).searchParams.get('id')}`)) !== undefined;
  }

  async #ask(path: string): Promise<Seen | undefined> {
    const response = await fetch(`http://127.0.0.1:${this.#ports.main}${path}`);
    return ((await response.json()) as Seen | null) ?? undefined;
  }

  equal(actual: unknown, expected: unknown, what = 'value'): void {
    if (shown(actual) !== shown(expected)) {
      throw new Error(`${what}: ${shown(actual)}, should be ${shown(expected)}`);
    }
  }

  ok(value: unknown, what: string): void {
    if (!value) throw new Error(`not so: ${what}`);
  }

  /** A DOMException by that name, or an Error of that class if it is a class of the language. */
  isError(error: Any, name: string, what = 'the error'): void {
    this.equal(error?.name, name, `${what}'s name`);
    const Class =
      name === 'TypeError' ? TypeError : name === 'WebSocketError' ? this.WebSocketError : DOMException;
    this.ok(error instanceof Class, `${what} is of the right class`);
  }

  throws(name: string, step: () => unknown, what = 'the call'): void {
    let caught: unknown;
    try {
      this.#opened.push(step());
    } catch (error) {
      caught = error;
    }
    if (caught === undefined) throw new Error(`${what} throws nothing`);
    this.isError(caught, name, what);
  }

  async rejects(promise: Promise<unknown>, name: string, what = 'the promise'): Promise<Any> {
    const outcome = await this.inTime(
      promise.then(
        () => ({ fulfilled: true }),
        error => ({ error }),
      ),
      what,
    );
    if ('fulfilled' in outcome) throw new Error(`${what} is fulfilled`);
    this.isError(outcome.error, name, what);
    return outcome.error;
  }

  /** 'pending', 'fulfilled' or 'rejected', after some tasks. */
  async state(promise: Promise<unknown>, afterMs = 50): Promise<string> {
    let state = 'pending';
    promise.then(
      () => (state = 'fulfilled'),
      () => (state = 'rejected'),
    );
    await this.sleep(afterMs);
    return state;
  }

  /** Releases everything that the case has opened. */
  tidy(): void {
    for (const one of this.#opened) {
      try {
        one?.close?.();
      } catch {
        // It was no WebSocket, or could not be closed.
      }
    }
  }
}

/** On one line, with what JSON does not tell apart. */
function shown(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}`;
  const text = JSON.stringify(value, (_, inner) => {
    if (inner === undefined) return '<undefined>';
    if (typeof inner === 'bigint') return `${inner}n`;
    if (typeof inner === 'number' && !Number.isFinite(inner)) return `<${inner}>`;
    return inner;
  });
  return text ?? String(value);
}
