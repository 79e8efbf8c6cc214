// Another implementation that reads bytes.

import type { Role } from '../../../lib/base/role.ts';
import type { Quirk } from '../../support/quirks.ts';
import type { Transcript } from '../../support/reference-decoder.ts';

/** One complete direction of a connection; the input ends after it. */
export interface Sequence {
  /** The role of the reader. */
  readonly role: Role;
  /** Whether permessage-deflate was negotiated, without context takeover. */
  readonly compressed: boolean;
  readonly wire: Uint8Array;
}

export interface Peer {
  readonly name: string;
  /** The roles that it can play. */
  readonly roles: readonly Role[];
  /** Its known differences. */
  readonly quirks: readonly Quirk[];
  transcribe(sequence: Sequence): Promise<Transcript>;
  end?(): void;
}
