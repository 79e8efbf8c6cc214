// The events of a WebSocket: instances of the host's classes, or of equivalents if the host lacks them.

import { asInterface } from '../base/web-idl.ts';

/** A received message. */
export interface WebSocketMessageEvent extends Event {
  /** Text as a string, binary in the type of `binaryType`. */
  readonly data: string | ArrayBuffer | Blob;
  /** The origin of the URL, such as `ws://example.com`; '' for an accepted socket. */
  readonly origin: string;
}

/** The end of the connection. */
export interface WebSocketCloseEvent extends Event {
  /** The peer's code; 1005 if its Close had none, 1006 if none came. */
  readonly code: number;
  readonly reason: string;
  /** True if both Close frames have passed and no message was lost. */
  readonly wasClean: boolean;
}

/** A failure. The platform reports only that there was one; `error` and `message` are additions to the standard. */
export interface WebSocketErrorEvent extends Event {
  /** Not enumerable. */
  readonly error: unknown;
  /** Not enumerable. */
  readonly message: string;
}

export interface CloseEventFields {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

type MessageEventClass = new (type: string, fields: object) => WebSocketMessageEvent;
type CloseEventClass = new (type: string, fields: CloseEventFields) => WebSocketCloseEvent;

/** Creates events on a host that may lack some of their classes. */
export class EventMaker {
  readonly #host: object;
  #MessageEvent: MessageEventClass | undefined;
  #CloseEvent: CloseEventClass | undefined;

  constructor(host: object) {
    this.#host = host;
  }

  message(data: string | ArrayBuffer | Blob, origin: string): WebSocketMessageEvent {
    this.#MessageEvent ??= classOf<MessageEventClass>(this.#host, 'MessageEvent');
    return new this.#MessageEvent('message', { data, origin });
  }

  close(fields: CloseEventFields): WebSocketCloseEvent {
    this.#CloseEvent ??= classOf<CloseEventClass>(this.#host, 'CloseEvent');
    return new this.#CloseEvent('close', fields);
  }

  error(error: unknown): WebSocketErrorEvent {
    const message = error instanceof Error ? error.message : '';
    return Object.defineProperties(new Event('error'), {
      error: { value: error },
      message: { value: message },
    }) as WebSocketErrorEvent;
  }
}

/** Returns the host's class, or a class of events with further fields. */
function classOf<Class>(host: object, name: string): Class {
  const found = (host as Record<string, unknown>)[name];
  return (found ?? equivalentOf(name)) as Class;
}

function equivalentOf(name: string): unknown {
  class FieldEvent extends Event {
    constructor(type: string, fields: object) {
      super(type);
      for (const [field, value] of Object.entries(fields)) {
        Object.defineProperty(this, field, { value, enumerable: true });
      }
    }
  }
  asInterface(name, FieldEvent);
  return FieldEvent;
}
