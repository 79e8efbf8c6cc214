import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type OriginPolicy,
  type OriginSubject,
  originCheck,
  originsRule,
} from '../../lib/handshake/origin-check.ts';

const test = suite('originCheck');

const same = originCheck();

test('lets pass by default what has no Origin, since it is no browser (§10.2)', () => {
  assert.ok(same({ origin: undefined, host: 'h' }));
  assert.ok(originCheck(['http://a'])({ origin: undefined, host: 'h' }));
});

for (const [origin, host] of [
  ['http://h', 'h'],
  ['https://h', 'h'],
  ['http://HOST:80', 'host'],
  ['http://host', 'HOST:80'],
  ['https://h', 'h:443'],
  ['https://h:8443', 'h:8443'],
  ['http://[::1]:8080', '[::1]:8080'],
] as const) {
  test(`takes ${origin} at ${host} as the same origin`, () => assert.ok(same({ origin, host })));
}

for (const [origin, host] of [
  ['http://h.evil', 'h'],
  ['http://evil/h', 'h'],
  ['http://evil#h', 'h'],
  ['http://h@evil', 'h'],
  ['http://evil@h', 'h'],
  ['http://h:8080', 'h'],
  ['http://h', 'h:443'],
  ['https://h', 'h:80'],
  ['http://h\\evil', 'h'],
  ['http://h, http://evil', 'h'],
  ['null', 'h'],
  ['null', 'null'],
  ['', 'h'],
  ['h', 'h'],
  ['http:', 'h'],
  ['file://', 'h'],
  ['http://h', 'h/x'],
  ['http://h', ''],
  ['http://h', 'a b'],
] as const) {
  test(`takes ${JSON.stringify(origin)} at ${JSON.stringify(host)} as another origin`, () => {
    assert.not(same({ origin, host }));
  });
}

test('compares with a list as parsed origins', () => {
  const listed = originCheck(['https://Example.com', 'http://a:8080/', 'chrome-extension://abc']);
  for (const origin of [
    'https://example.com',
    'https://EXAMPLE.com:443',
    'http://a:8080',
    'chrome-extension://abc',
  ]) {
    assert.ok(listed({ origin, host: 'h' }), origin);
  }
  for (const origin of [
    'http://example.com',
    'https://example.com.evil',
    'https://sub.example.com',
    'http://a',
    'chrome-extension://abd',
    'http://h',
    'null',
    '',
  ]) {
    assert.not(listed({ origin, host: 'h' }), origin);
  }
  assert.not(originCheck([])({ origin: 'http://h', host: 'h' }));
});

test("lets everything pass with 'any'", () => {
  for (const origin of ['http://evil', 'null', undefined])
    assert.ok(originCheck('any')({ origin, host: 'h' }));
});

test('asks a function, about absent origins, too', () => {
  const asked: unknown[] = [];
  const policy = originCheck(subject => asked.push(subject) === 1);
  assert.ok(policy({ origin: undefined, host: 'h' }));
  assert.not(policy({ origin: 'null', host: 'h' }));
  assert.equal(asked, [
    { origin: undefined, host: 'h' },
    { origin: 'null', host: 'h' },
  ]);
});

test('refuses what is no policy, by name', () => {
  for (const policy of [
    'https://a',
    '*',
    null,
    5,
    {},
    ['*'],
    ['null'],
    ['a.example'],
    ['https://a/x'],
    [5],
  ]) {
    assert.throws(
      () => originCheck(policy as OriginPolicy),
      (error: unknown) => error instanceof TypeError && error.message.startsWith('origins'),
    );
  }
});

test('the option `origins` is a policy, a function of it a method of the options', () => {
  assert.not(originsRule.fallback({ origin: 'http://evil', host: 'h' }));
  const options = {
    wanted: 'http://a',
    origins({ origin }: OriginSubject) {
      return origin === this.wanted;
    },
  };
  const check = originsRule.check(options.origins, 'origins', options);
  assert.equal(
    [check({ origin: 'http://a', host: '' }), check({ origin: 'http://b', host: '' })],
    [true, false],
  );
  assert.throws(() => originsRule.check(7, 'origins', {}), /^origins must be .* \(got 7\)$/);
});

test.run();
