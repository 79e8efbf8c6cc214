import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MeteredDeflater, MeteredInflater } from '../../lib/connection/metered-codec.ts';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { fromHex, hex } from '../support/hex.ts';

const test = suite('MeteredCodec');
const window = { windowBits: 15, contextTakeover: true };

/** Returns its current output as hex. */
function pieces(codec: { read(): Uint8Array | undefined }): string {
  let output = '';
  for (let piece = codec.read(); piece !== undefined; piece = codec.read()) output += hex(piece);
  return output;
}

test('changes nothing, and reports the compression ratio', () => {
  const plain = new Deflater(window);
  const metered = new MeteredDeflater(new Deflater(window));
  const inflater = new MeteredInflater(new Inflater({ ...window, maxMessageBytes: 10_000 }));
  assert.equal([metered.ratio, inflater.ratio], [undefined, undefined]);
  let carried = 0;
  for (let times = 1; times <= 3; times++) {
    for (const deflater of [plain, metered]) deflater.write(new Uint8Array(1000), true);
    const payload = pieces(metered);
    assert.is(payload, pieces(plain));
    carried += payload.length / 2;
    inflater.write(fromHex(payload), true);
    assert.is(pieces(inflater).length, 2000);
    assert.equal([metered.ratio, inflater.ratio], [(1000 * times) / carried, (1000 * times) / carried]);
  }
});

test('is busy while its inflater is', () => {
  const inflater = { write() {}, read: () => undefined, busy: true };
  const metered = new MeteredInflater(inflater);
  assert.is(metered.busy, true);
  inflater.busy = false;
  assert.is(metered.busy, false);
});

test('resets its deflater', () => {
  const deflater = new MeteredDeflater(new Deflater(window));
  const compress = () => {
    deflater.write(fromHex('0102030405060708'), true);
    return pieces(deflater);
  };
  const first = compress();
  assert.is.not(compress(), first);
  deflater.reset();
  assert.is(compress(), first);
});

test.run();
