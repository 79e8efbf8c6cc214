// Makes the message from the settings.

import type { Outgoing } from '../links/link.ts';
import { countingBytes, type SendSettings, sizedText } from '../play/settings.ts';
import { byId, byteSize } from './element.ts';

const maxFileBytes = 268_435_456;

/** Rejects if a file is needed and none is chosen, or if it is too large. */
export async function messageOf({ kind, text, size }: SendSettings): Promise<Outgoing> {
  if (kind === 'text') return sizedText(text, size);
  if (kind === 'binary') return countingBytes(size ?? 0);
  const file = byId<HTMLInputElement>('file').files?.[0];
  if (file === undefined) throw new Error('choose a file first');
  if (file.size > maxFileBytes)
    throw new Error(`a file must have at most ${byteSize(maxFileBytes)} (got ${byteSize(file.size)})`);
  return new Uint8Array(await file.arrayBuffer());
}
