import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nearestName } from '../../lib/base/nearest-name.ts';

const test = suite('nearestName');

const options = ['authorize', 'deflate', 'maxMessageBytes', 'origins', 'protocols', 'tap'];

test('finds a misspelt option: a letter added, missing, replaced, or two swapped', () => {
  for (const [name, nearest] of [
    ['authorise', 'authorize'],
    ['Authorize', 'authorize'],
    ['origin', 'origins'],
    ['orgins', 'origins'],
    ['orignis', 'origins'],
    ['protocolls', 'protocols'],
    ['maxMessagesBytes', 'maxMessageBytes'],
  ] as const) {
    assert.is(nearestName(name, options, 1), nearest, name);
  }
});

test('finds nothing if more edits are needed than allowed', () => {
  assert.is(nearestName('orgn', options, 2), undefined);
  assert.is(nearestName('orgn', options, 3), 'origins');
  assert.is(nearestName('tab', options, 0), undefined);
  assert.is(nearestName('', options, 2), undefined);
});

test('finds the most similar option', () => {
  assert.is(nearestName('pingTimeoutM', ['pingIntervalMs', 'pingTimeoutMs'], 8), 'pingTimeoutMs');
});

test('knows the names of options in other libraries, in any case', () => {
  assert.is(nearestName('maxPayload', options, 0), 'maxMessageBytes');
  assert.is(nearestName('perMessageDeflate', options, 0), 'deflate');
  assert.is(nearestName('verifyclient', options, 0), 'authorize');
  assert.is(nearestName('subprotocol', options, 0), 'protocols');
  assert.is(nearestName('subprotocol', ['protocol'], 0), 'protocol');
});

test('ignores an option of another library that has no equivalent here', () => {
  assert.is(nearestName('maxPayload', ['tap'], 0), undefined);
  assert.is(nearestName('constructor', options, 0), undefined);
});

test.run();
