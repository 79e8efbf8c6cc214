// The interface of another implementation that reads frames.

import type { Role } from '../../../lib/base/role.ts';
import type { Quirk } from '../../support/quirks.ts';
import type { Transcript } from '../../support/reference-decoder.ts';

/** All bytes of one direction of a connection. */
export interface Sequence {
  /** The role of the reader. */
  readonly role: Role;
  /** Whether permessage-deflate was negotiated, without context takeover. */
  readonly compressed: boolean;
  readonly wire: Uint8Array;
}

export interface Peer {
  readonly name: string;
  /** The supported roles. */
  readonly roles: readonly Role[];
  /** The known differences. */
  readonly quirks: readonly Quirk[];
  transcribe(sequence: Sequence): Promise<Transcript>;
  end?(): void;
}
