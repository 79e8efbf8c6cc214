import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anchorOf, htmlOf } from '../../../demo/site/markdown.ts';

const test = suite('site: markdown');

test('gives a heading the anchor that code hosts give it', () => {
  assert.is(anchorOf('Who may connect?'), 'who-may-connect');
  assert.is(anchorOf('Node, over HTTP/2'), 'node-over-http2');
  assert.match(htmlOf('## Who may `connect`'), '<h2 id="who-may-connect"><a href="#who-may-connect">');
});

test('turns links to pages into links to their HTML, wherever they are', () => {
  assert.match(htmlOf('[a](closing.md)'), '<a href="closing.html">a</a>');
  assert.match(htmlOf('[a](closing.md#the-record)'), '<a href="closing.html#the-record">a</a>');
  assert.match(htmlOf('[a](../../ARCHITECTURE.md)'), '<a href="architecture.html">a</a>');
  assert.match(htmlOf('[a](demo/guide/flow.md)'), '<a href="flow.html">a</a>');
});

test('keeps links to other sites, and drops those to files that are no page', () => {
  assert.match(htmlOf('[a](https://example.com/b.md)'), '<a href="https://example.com/b.md">a</a>');
  assert.is(htmlOf('[a](lib/index.ts)'), '<p>a</p>\n');
});

test('sets comments apart in JavaScript, and nothing inside of strings', () => {
  const html = htmlOf("```js\ndial('ws://a/'); // <b>\n```");
  assert.match(html, 'dial(&#39;ws://a/&#39;); <i>// &lt;b&gt;</i>'.replaceAll('&#39;', "'"));
  assert.match(
    htmlOf("```ts\n/** A\n * b. */\nconst c = '/*';\n```"),
    "<i>/** A\n * b. */</i>\nconst c = '/*';",
  );
  assert.not.match(htmlOf('```sh\ncurl http://a // b\n```'), '<i>');
});

test('lets a picture scroll on a narrow window', () => {
  assert.is(htmlOf('![a](b.svg)'), '<figure tabindex="0"><img src="b.svg" alt="a"></figure>\n');
});

test('lets wide tables scroll, and names their columns for screen readers', () => {
  const html = htmlOf('| a | b |\n| - | - |\n| `c` | d |');
  assert.match(html, '<div class="table" tabindex="0"><table>');
  assert.match(html, '<th scope="col">a</th><th scope="col">b</th>');
  assert.match(html, '<td><code class="name">c</code></td><td>d</td>');
});

test('keeps short code without spaces on one line', () => {
  const classOf = (code: string) => (htmlOf(`\`${code}\``).includes('class="name"') ? 'name' : '');
  assert.is(classOf('ERR_ALREADY_UPGRADED'), 'name');
  assert.is(classOf('--key'), 'name');
  assert.is(classOf('a b'), '');
  assert.is(classOf('x'.repeat(31)), '');
  assert.is(htmlOf('`a<b`'), '<p><code class="name">a&lt;b</code></p>\n');
});

test.run();
