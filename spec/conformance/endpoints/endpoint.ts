// The interface of an endpoint under test, which echoes every message.

import type { EndpointOptions, Role } from '../case.ts';
import type { Wire } from '../wire.ts';

export interface Endpoint {
  readonly name: string;
  /** Opens a byte connection to the endpoint. The opening handshake follows, in which the endpoint has `role`. */
  connect(role: Role, options: EndpointOptions): Promise<Wire>;
  close(): Promise<void>;
}
