import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nearestName } from '../../lib/base/nearest-name.ts';

const test = suite('nearestName');

const options = ['authorize', 'deflate', 'maxMessageBytes', 'origins', 'protocols', 'tap'];

test('finds an option that is misspelt: a letter more, less, another, or two that have changed places', () => {
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

test('finds nothing that takes more edits than it may', () => {
  assert.is(nearestName('orgn', options, 2), undefined);
  assert.is(nearestName('orgn', options, 3), 'origins');
  assert.is(nearestName('tab', options, 0), undefined);
  assert.is(nearestName('', options, 2), undefined);
});

test('takes the option that is most similar', () => {
  assert.is(nearestName('pingTimeoutM', ['pingIntervalMs', 'pingTimeoutMs'], 8), 'pingTimeoutMs');
});

test('knows what options are called in other libraries, whatever the case', () => {
  assert.is(nearestName('maxPayload', options, 0), 'maxMessageBytes');
  assert.is(nearestName('perMessageDeflate', options, 0), 'deflate');
  assert.is(nearestName('verifyclient', options, 0), 'authorize');
  assert.is(nearestName('subprotocol', options, 0), 'protocols');
  assert.is(nearestName('subprotocol', ['protocol'], 0), 'protocol');
});

test('an option of another library that does not exist here helps nobody', () => {
  assert.is(nearestName('maxPayload', ['tap'], 0), undefined);
  assert.is(nearestName('constructor', options, 0), undefined);
});

test.run();
