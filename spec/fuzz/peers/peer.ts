// Another implementation that reads bytes.

import type { Role } from '../../../lib/base/role.ts';
import type { Quirk } from '../../support/quirks.ts';
import type { Transcript } from '../../support/reference-decoder.ts';

/** One direction of a connection, whole; the input ends behind it. */
export interface Sequence {
  /** Who reads. */
  readonly role: Role;
  /** Whether permessage-deflate was agreed upon, without context takeover. */
  readonly compressed: boolean;
  readonly wire: Uint8Array;
}

export interface Peer {
  readonly name: string;
  /** The roles that it can play. */
  readonly roles: readonly Role[];
  /** Where it is known to differ. */
  readonly quirks: readonly Quirk[];
  transcribe(sequence: Sequence): Promise<Transcript>;
  end?(): void;
}
