// The interface of an endpoint under test: connections on which it echoes every message by one of the same type.

import type { EndpointOptions, Role } from '../case.ts';
import type { Wire } from '../wire.ts';

export interface Endpoint {
  readonly name: string;
  /** A new connection on which the endpoint has `role`, before the first byte of the handshake. */
  connect(role: Role, options: EndpointOptions): Promise<Wire>;
  close(): Promise<void>;
}
