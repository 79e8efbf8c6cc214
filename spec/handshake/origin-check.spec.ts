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

test('lets pass by default what has no Origin, since it is no browser (§10.2)', () => {
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

test("lets everything pass with 'any'", () => {
  for (const origin of ['http://evil', 'null', undefined]) assert.ok(admits('any')({ origin, host: 'h' }));
});

test('asks a function, about absent origins, too', () => {
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
  test(`A15: takes ${origin} as no page of the same origin, but it can be listed`, () => {
    const host = origin.slice(origin.indexOf('/') + 2);
    assert.is(same({ origin, host }), false);
    assert.is(admits([origin])({ origin, host }), true);
  });
}

test('A15: an asterisk stands for one label', () => {
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

test('A15: an asterisk elsewhere is no origin', () => {
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
  assert.throws(() => originCheck(['*']), /'any', without a list/);
});

test('C12: says why a page was refused', () => {
  const subject = { origin: 'http://evil', host: 'h'.repeat(200) };
  assert.is(
    originCheck().reason(subject),
    `the host of the request is "${'h'.repeat(100)}", and \`origins\` is 'same-origin'`,
  );
  assert.is(originCheck(['http://a']).reason(subject), 'it is not in the list `origins`');
  assert.is(originCheck(() => false).reason(subject), 'the function `origins` does not admit it');
  assert.is(originCheck('any').reason(subject), '');
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
