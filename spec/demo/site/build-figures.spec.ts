import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BenchLine, BenchResults } from '../../../demo/site/bench-results.ts';
import { figuresHtml, newest } from '../../../demo/site/build-figures.ts';

const test = suite('site: figures');

const spread = (median: number) => ({ median, low: median * 0.9, high: median * 1.1 });
const row = '64 × 1, 20 B text';

const servers: BenchResults = {
  name: 'servers',
  node: 'v20.1.2',
  machine: 'Some CPU, 2 cores, 8 GiB',
  measured: '2026-01-02T03:04:05.000Z',
  command: 'npm run bench -- servers',
  lines: [
    { row, subject: 'ws with add-ons', times: { ws: { median: 1, low: 1, high: 1 } } },
    { row, subject: 'pipeTo', times: { ws: spread(2) }, bounds: [{ name: 'times ws', min: 0.9 }] },
  ],
};

const one = (name: string, line: Partial<BenchLine>): BenchResults => ({
  name,
  node: 'v20.1.2',
  lines: [{ row: 'a row', subject: 'ours', ...line }],
});

test('says how to measure if there are no figures', () => {
  assert.match(figuresHtml([]), 'npm run bench -- servers');
});

test('shows the newest result of each benchmark', () => {
  const newer = { ...servers, measured: '2026-02-01T00:00:00.000Z' };
  const other = one('memory', { heapBytes: 1 });
  assert.equal(newest([newer, servers, other]), [newer, other]);
  assert.equal(newest([servers, newer]), [newer]);
});

test('names the machine, the Node, the day and the command', () => {
  const html = figuresHtml([servers]);
  for (const fact of ['Node v20.1.2', 'Some CPU, 2 cores, 8 GiB', '2026-01-02', 'npm run bench -- servers']) {
    assert.match(html, fact);
  }
});

test('draws each subject of a row beside the peer, with quartiles and bound', () => {
  const html = figuresHtml([servers]);
  assert.match(html, 'aria-label="64 × 1, 20 B text, times ws: ws with add-ons 1.00, pipeTo 2.00"');
  const [theirs, ours] = [...html.matchAll(/<rect class="(theirs|ours)" x="220" y="\d+" width="([\d.]+)"/g)];
  assert.equal([theirs![1], ours![1]], ['theirs', 'ours']);
  assert.ok(Math.abs(Number(ours![2]) - 2 * Number(theirs![2])) < 0.2, 'twice as fast is twice as long');
  assert.is(html.match(/class="chart (wide|narrow)"/g)!.length, 2, 'for wide and for narrow windows');
  assert.is(html.match(/class="spread"/g)!.length, 2);
  assert.is(html.match(/class="bound"/g)!.length, 2);
  assert.is(html.match(/class="peer"/g)!.length, 2);
});

test('tells peers from subjects of this library by their colour', () => {
  const classOf = (subject: string) =>
    /<rect class="(theirs|ours)"/.exec(figuresHtml([one('memory', { subject, heapBytes: 1024 })]))![1];
  for (const subject of ['ws with add-ons', 'ws as installed', 'undici', "Node's WebSocket", 'bare socket']) {
    assert.is(classOf(subject), 'theirs', subject);
  }
  for (const subject of ['dial', 'ours', 'for await of socket', 'broadcast()']) {
    assert.is(classOf(subject), 'ours', subject);
  }
});

test('draws latency, fairness and memory, of which less is better', () => {
  const html = figuresHtml([
    one('memory', { heapBytes: 6451 }),
    one('latency', { samples: [{ p99: 3 }, { p99: 1 }, { p99: 2 }] }),
    one('fairness', { pingMs: 39.04 }),
  ]);
  for (const label of ['a row, ms: ours 2.00', 'a row, ms: ours 39.0', 'a row, KiB: ours 6.30']) {
    assert.match(html, `aria-label="${label}"`);
  }
  assert.ok(html.indexOf('Latency') < html.indexOf('Fairness'), 'in the order of the measures');
  assert.is(html.match(/less is better/g)!.length, 3);
});

test('leaves out lines without the figure, and benchmarks that it does not know', () => {
  const html = figuresHtml([one('memory', { subject: 'stalled' }), one('other', { heapBytes: 1 })]);
  assert.not.match(html, '<svg');
});

test.run();
