// How much work and memory a hostile peer can cause, and how long a single call takes.

import zlib from 'node:zlib';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { Inflater } from '../../../lib/deflate/inflater.ts';
import { emptyDynamicBlocks } from '../../support/bits.ts';
import { through } from '../../support/messages-through.ts';
import { Random } from '../../support/random.ts';
import { corpora, messagesOf } from '../corpora.ts';
import { drain, takeover } from './parties.ts';
import { judged, table } from './table.ts';
import { worked } from './worked.ts';

const limit = 2 ** 20;
const hello = Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00);

interface Bomb {
  /** The parts of the message's payload. */
  readonly parts: Uint8Array[];
  /** How many messages come before it. */
  readonly before?: number;
  /** The close code that it should fail with, or 0. */
  readonly code: number;
}

function allBombs(): Record<string, Bomb> {
  const flushed = (length: number) =>
    zlib.deflateRawSync(new Uint8Array(length), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
  const zeros = Buffer.concat([zlib.deflateRawSync(new Uint8Array(2 ** 28), { level: 9 }), Uint8Array.of(0)]);
  const blocks = emptyDynamicBlocks();
  const stored = Buffer.concat([Uint8Array.of(0, 0, 2, 0xff, 0xfd), new Uint8Array(512)]);
  return {
    [`256 MiB of zeros in ${zeros.length} octets`]: { parts: [zeros], code: 1009 },
    'the same in fragments of 100 octets': { parts: slices(zeros, 100), code: 1009 },
    'the same after 100 messages': { parts: [zeros], before: 100, code: 1009 },
    '64 MiB of zeros in 1,024 blocks': { parts: [repeated(flushed(65_536), 1024)], code: 1009 },
    '64 KiB of empty dynamic blocks': { parts: [repeated(blocks, 366)], code: 1008 },
    '1 MiB of empty dynamic blocks': { parts: [repeated(blocks, 5858)], code: 1008 },
    'a dynamic block for each 64 octets, 1 MiB': {
      parts: [repeated(Buffer.concat([stored, blocks]), 2048)],
      code: 0,
    },
    '64 KiB of 03 00': { parts: [repeated(Uint8Array.of(3, 0), 32_768)], code: 0 },
    '1 MiB of 03 00': { parts: [repeated(Uint8Array.of(3, 0), 524_288)], code: 0 },
  };
}

/** What costs much and should not: what was given out before the failure, what was held, how long it took. */
export function bombs(): void {
  console.log('\nbombs, limit 1 MiB: none may cost more than to inflate 64 MiB once; the best of five');
  const whole = new Deflater(takeover);
  const reference = explode({ parts: [through(whole, new Uint8Array(2 ** 26))], code: 0 }, Infinity);
  const rows = [{ bomb: '64 MiB of zeros, no limit', ...figures(reference) }];
  for (const [bomb, what] of Object.entries(allBombs())) {
    const result = explode(what, limit);
    rows.push({
      bomb,
      code: judged(result.code, { least: what.code, most: what.code }, String(result.code)),
      'octets given': judged(result.given, { most: limit + 65_536 }, String(result.given)),
      'KiB held': judged(result.held, { most: 1024 }, result.held.toFixed(0)),
      ms: judged(result.ms, { most: Math.round(reference.ms) }),
    });
  }
  table(rows);
}

interface Explosion {
  readonly code: number;
  readonly given: number;
  readonly held: number;
  readonly ms: number;
}

function figures({
  code,
  given,
  held,
  ms,
}: Explosion): Record<'code' | 'octets given' | 'KiB held' | 'ms', string> {
  return {
    code: String(code),
    'octets given': String(given),
    'KiB held': held.toFixed(0),
    ms: ms.toFixed(2),
  };
}

function explode({ parts, before = 0 }: Bomb, maxMessageBytes: number): Explosion {
  let best: Explosion = { code: 0, given: 0, held: 0, ms: Infinity };
  for (let i = 0; i < 5; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    const resting = process.memoryUsage().arrayBuffers;
    const machine = new Inflater({ windowBits: 15, contextTakeover: true, maxMessageBytes });
    for (let j = 0; j < before; j++) drain(machine, [hello]);
    let given = 0;
    let code = 0;
    const start = performance.now();
    try {
      for (const [j, part] of parts.entries()) {
        machine.write(part, j === parts.length - 1);
        for (let piece = machine.read(); piece !== undefined || machine.busy; piece = machine.read()) {
          given += piece?.length ?? 0;
        }
      }
    } catch (error) {
      code = (error as { closeCode: number }).closeCode;
    }
    const ms = Math.min(best.ms, performance.now() - start);
    const held = Math.max(best.held, (process.memoryUsage().arrayBuffers - resting) / 1024);
    best = { code, given, held, ms };
  }
  return best;
}

/** How long the longest call takes while a message of 4 MiB goes through, in milliseconds. */
export function calls(): void {
  console.log(
    '\nthe longest call while a message of 4 MiB goes through, milliseconds of work, the best of five (asked)',
  );
  const random = new Random(1);
  const letters = (count: number) => Uint8Array.from({ length: 2 ** 22 }, () => 97 + random.below(count));
  const kinds: Record<string, Uint8Array> = {
    ...Object.fromEntries(Object.keys(corpora).map(name => [name, messagesOf(name, 2 ** 22, 2 ** 22)[0]!])),
    'two letters': letters(2),
    'four letters': letters(4),
    noise: Uint8Array.from({ length: 2 ** 22 }, () => random.below(256)),
    zeros: new Uint8Array(2 ** 22),
  };
  const rows = Object.entries(kinds).map(([kind, message]) => {
    const payload = through(new Deflater(takeover), message);
    const few = { most: 10 };
    return {
      message: kind,
      sending: judged(
        longestCall(() => new Deflater(takeover), message),
        few,
      ),
      receiving: judged(
        longestCall(() => new Inflater(takeover), payload),
        few,
      ),
    };
  });
  table(rows);
}

function longestCall(make: () => Deflater | Inflater, message: Uint8Array): number {
  let best = Infinity;
  for (let i = 0; i < 5; i++) {
    const machine = make();
    let longest = 0;
    machine.write(message, true);
    for (let goesOn = true; goesOn; ) {
      const start = worked();
      goesOn = machine.read() !== undefined || ('busy' in machine && machine.busy);
      longest = Math.max(longest, worked() - start);
    }
    best = Math.min(best, longest);
  }
  return best;
}

/** So many times the same octets, and the end of a message. */
function repeated(octets: Uint8Array, times: number): Uint8Array {
  return Buffer.concat([...new Array<Uint8Array>(times).fill(octets), Uint8Array.of(0)]);
}

function slices(data: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(data.length / size) }, (_, i) =>
    data.subarray(i * size, (i + 1) * size),
  );
}
