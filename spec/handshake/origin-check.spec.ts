import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type OriginCheck,
  type OriginPolicy,
  type OriginSubject,
  originCheck,
  originsRule,
} from '../../lib/handshake/origin-check.ts';

const test = suite('originCheck');

function admits(policy?: OriginPolicy): OriginCheck['admits'] {
  return originCheck(policy).admits;
}

const same = admits();

test('allows requests without Origin by default, because they are not from browsers (§10.2)', () => {
  assert.ok(same({ origin: undefined, host: 'h' }));
  assert.ok(admits(['http://a'])({ origin: undefined, host: 'h' }));
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
  test(`treats ${origin} at ${host} as the same origin`, () => assert.ok(same({ origin, host })));
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
  test(`treats ${JSON.stringify(origin)} at ${JSON.stringify(host)} as another origin`, () => {
    assert.not(same({ origin, host }));
  });
}

test('compares parsed origins with a list', () => {
  const listed = admits(['https://Example.com', 'http://a:8080/', 'chrome-extension://abc']);
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
  assert.not(admits([])({ origin: 'http://h', host: 'h' }));
});

test("allows everything with 'any'", () => {
  for (const origin of ['http://evil', 'null', undefined]) assert.ok(admits('any')({ origin, host: 'h' }));
});

test('calls a function, also for requests without an origin', () => {
  const asked: unknown[] = [];
  const policy = admits(subject => asked.push(subject) === 1);
  assert.ok(policy({ origin: undefined, host: 'h' }));
  assert.not(policy({ origin: 'null', host: 'h' }));
  assert.equal(asked, [
    { origin: undefined, host: 'h' },
    { origin: 'null', host: 'h' },
  ]);
});

for (const origin of [
  'file://host',
  'ftp://host',
  'capacitor://localhost',
  'ws://host',
  'chrome-extension://host',
]) {
  test(`A15: does not treat ${origin} as the same origin, but it can be listed`, () => {
    const host = origin.slice(origin.indexOf('/') + 2);
    assert.is(same({ origin, host }), false);
    assert.is(admits([origin])({ origin, host }), true);
  });
}

test('A15: an asterisk matches one label', () => {
  const listed = admits(['https://*.example.com', 'http://*.localhost:8080']);
  for (const origin of ['https://a.example.com', 'https://A.Example.Com:443', 'http://x.localhost:8080']) {
    assert.ok(listed({ origin, host: 'h' }), origin);
  }
  for (const origin of [
    'https://example.com',
    'https://.example.com',
    'https://a.b.example.com',
    'https://aexample.com',
    'https://a.example.com.evil',
    'https://a.example.com:8443',
    'http://a.example.com',
    'http://x.localhost',
    'https://evil/.example.com',
    'https://evil#.example.com',
    'https://evil@.example.com',
  ]) {
    assert.not(listed({ origin, host: 'h' }), origin);
  }
});

test('A15: rejects an asterisk elsewhere', () => {
  for (const origin of [
    '*',
    'https://*',
    'https://*example.com',
    'https://a.*.com',
    'https://*.*.com',
    'https://a*.example.com',
    '*://example.com',
    'https://example.com:*',
  ]) {
    assert.throws(
      () => originCheck([origin]),
      (error: unknown) => error instanceof TypeError && error.message.startsWith('origins must hold origins'),
      origin,
    );
  }
  assert.throws(() => originCheck(['*']), /'any' without a list/);
});

test('C12: returns why a page was rejected', () => {
  const subject = { origin: 'http://evil', host: 'h'.repeat(200) };
  assert.is(
    originCheck().reason(subject),
    `the host of the request is "${'h'.repeat(100)}", and \`origins\` is 'same-origin'`,
  );
  assert.is(originCheck(['http://a']).reason(subject), 'it is not in the list `origins`');
  assert.is(originCheck(() => false).reason(subject), 'the function `origins` does not allow it');
  assert.is(originCheck('any').reason(subject), '');
});

test('rejects invalid policies by name', () => {
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

test('the option `origins` is a policy; a function is called as a method of the options', () => {
  assert.not(originsRule.fallback.admits({ origin: 'http://evil', host: 'h' }));
  const options = {
    wanted: 'http://a',
    origins({ origin }: OriginSubject) {
      return origin === this.wanted;
    },
  };
  const { admits: check } = originsRule.check(options.origins, 'origins', options);
  assert.equal(
    [check({ origin: 'http://a', host: '' }), check({ origin: 'http://b', host: '' })],
    [true, false],
  );
  assert.throws(() => originsRule.check(7, 'origins', {}), /^origins must be .* \(got 7\)$/);
});

test.run();
