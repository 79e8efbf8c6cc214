// The kit of a case: the host's classes, URLs of the server, the server's view of a connection, and assertions.

/** The classes of the host, untyped, because their types differ between hosts. */
export interface Classes {
  readonly WebSocket?: unknown;
  readonly WebSocketStream?: unknown;
  readonly WebSocketError?: unknown;
}

/** The ports of the server. */
export interface Ports {
  readonly main: number;
  /** The port for handshakes that hang, because Chromium opens one WebSocket at a time to an address. */
  readonly slow: number;
  /** A port without a server. */
  readonly dead: number;
}

/** The server's view of a connection. */
export interface Seen {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly {
    readonly type: 'text' | 'binary';
    readonly data: string;
    readonly bytes: number;
  }[];
  /** The client's Close; `undefined` if none was received. */
  readonly close: { readonly code: number; readonly reason: string } | undefined;
  readonly ended: boolean;
  /** The bytes that the server could not send yet. */
  readonly unsentBytes: number;
}

// biome-ignore lint/suspicious/noExplicitAny: the interfaces are what is under test.
export type Any = any;

/** The timeout of a single promise in a case. */
const timeoutMs = 8000;

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

  /** Returns a URL of the server, with an id by which `seen` finds the connection. */
  url(path = '/echo', port: keyof Ports = 'main'): string {
    connections += 1;
    return `ws://127.0.0.1:${this.#ports[port]}${path}${path.includes('?') ? '&' : '?'}id=${connections}-${Math.random()}`;
  }

  /** Returns a URL whose handshake hangs. */
  slowUrl(): string {
    return this.url('/hang', 'slow');
  }

  /** Returns a WebSocket that is closed after the case. */
  socket(url: string = this.url(), ...rest: unknown[]): Any {
    const socket = new this.WebSocket(url, ...rest);
    this.#opened.push(socket);
    return socket;
  }

  /** Returns an open WebSocket. */
  async open(url: string = this.url(), ...rest: unknown[]): Promise<Any> {
    const socket = this.socket(url, ...rest);
    await this.event(socket, 'open');
    return socket;
  }

  /** Returns a WebSocketStream that is closed after the case. */
  stream(url: string = this.url(), ...rest: unknown[]): Any {
    const stream = new this.WebSocketStream(url, ...rest);
    this.#opened.push(stream);
    stream.opened.catch(() => {});
    stream.closed.catch(() => {});
    return stream;
  }

  /** Returns a WebSocketStream whose handshake is aborted. It is not closed, because Chromium 156 would crash. */
  aborted(url: string, options: object): Any {
    const stream = this.stream(url, options);
    this.#opened.pop();
    return stream;
  }

  /** Returns a WebSocketStream with the values of `opened`. */
  async streams(url: string = this.url(), ...rest: unknown[]): Promise<Any> {
    const stream = this.stream(url, ...rest);
    const { readable, writable, ...info } = (await this.settled(stream.opened, 'opened')) as Any;
    return { stream, readable, writable, ...info };
  }

  /** Waits for the next event of a type. */
  event(target: Any, type: string): Promise<Any> {
    const next = new Promise(resolve => target.addEventListener(type, resolve, { once: true }));
    return this.settled(next, `the event ${type}`);
  }

  /** Returns an array to which the type of each event is added. */
  log(target: Any): string[] {
    const types: string[] = [];
    for (const type of ['open', 'message', 'error', 'close'])
      target.addEventListener(type, () => types.push(type));
    return types;
  }

  /** Waits for the promise. Rejects if it does not settle in time. */
  settled<Value>(promise: Promise<Value>, what: string): Promise<Value> {
    let timer: Any;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} did not settle within ${timeoutMs} ms`)), timeoutMs);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms));
  }

  /** Waits until the server's view of a connection meets the condition, and returns it. */
  async seen(url: string, when: (seen: Seen) => boolean = seen => seen.ended): Promise<Seen> {
    const id = new URL(url).searchParams.get('id');
    const start = performance.now();
    for (;;) {
      const seen = await this.#ask(`/seen?id=${id}`);
      if (seen !== undefined && when(seen)) return seen;
      if (performance.now() - start > timeoutMs)
        throw new Error(
          `the condition was not met within ${timeoutMs} ms; the server saw ${JSON.stringify(seen)}`,
        );
      await this.sleep(20);
    }
  }

  /** Tells whether the server received a request. */
  async wasReached(url: string): Promise<boolean> {
    return (await this.#ask(`/seen?id=${new URL(url).searchParams.get('id')}`)) !== undefined;
  }

  async #ask(path: string): Promise<Seen | undefined> {
    const response = await fetch(`http://127.0.0.1:${this.#ports.main}${path}`);
    return ((await response.json()) as Seen | null) ?? undefined;
  }

  equal(actual: unknown, expected: unknown, what = 'value'): void {
    if (shown(actual) !== shown(expected)) {
      throw new Error(`${what} must be ${shown(expected)} (got ${shown(actual)})`);
    }
  }

  ok(value: unknown, what: string): void {
    if (!value) throw new Error(`must hold: ${what}`);
  }

  /** Asserts that the error is a DOMException with this name, or an instance of the class with this name. */
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
    if (caught === undefined) throw new Error(`${what} must throw ${name}`);
    this.isError(caught, name, what);
  }

  async rejects(promise: Promise<unknown>, name: string, what = 'the promise'): Promise<Any> {
    const outcome = await this.settled(
      promise.then(
        () => ({ fulfilled: true }),
        error => ({ error }),
      ),
      what,
    );
    if ('fulfilled' in outcome) throw new Error(`${what} must reject with ${name} (it was fulfilled)`);
    this.isError(outcome.error, name, what);
    return outcome.error;
  }

  /** Returns 'pending', 'fulfilled' or 'rejected', after some tasks. */
  async state(promise: Promise<unknown>, afterMs = 50): Promise<string> {
    let state = 'pending';
    promise.then(
      () => (state = 'fulfilled'),
      () => (state = 'rejected'),
    );
    await this.sleep(afterMs);
    return state;
  }

  /** Closes everything that the case has opened. */
  cleanUp(): void {
    for (const socket of this.#opened) {
      try {
        socket?.close?.();
      } catch {
        // It is not a WebSocket, or cannot be closed.
      }
    }
  }
}

/** Formats a value on one line, including values that JSON does not have. */
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
