// Cases about the arguments of WebSocket: the URL and the subprotocols.

import { type Group, group } from '../case.ts';

const syntaxErrors = [
  '/relative',
  'ftp://h/',
  'mailto:a@b',
  'about:blank',
  'ws://foo bar.com/',
  'ws://',
  'ws://h:99999/',
  'ws://h/#',
  'ws://h/#x',
  'wss://h/?a#b',
  'javascript:alert(1)',
];

export const webSocketArguments: readonly Group[] = [
  group(3, 'WebSocket', 'new WebSocket(url, protocols): the URL', {
    'is parsed by the URL Standard, and `url` is its serialization': kit => {
      for (const [given, url] of [
        ['ws://Example.test', 'ws://example.test/'],
        ['wss://example.test:443/a?b', 'wss://example.test/a?b'],
        ['ws://example.test:80/', 'ws://example.test/'],
        [' ws://h/ ', 'ws://h/'],
        ['ws:h:1', 'ws://h:1/'],
        ['ws:/h', 'ws://h/'],
        ['w\ns:\\\\h', 'ws://h/'],
        ['ws://h/é ü', 'ws://h/%C3%A9%20%C3%BC'],
        ['ws://[::1]:1/', 'ws://[::1]:1/'],
        ['ws://0x7f.1/', 'ws://127.0.0.1/'],
      ]) {
        kit.equal(kit.socket(given).url, url, given);
      }
    },
    'accepts the schemes http and https, and converts them to ws and wss': kit => {
      kit.equal(kit.socket('http://h/x').url, 'ws://h/x');
      kit.equal(kit.socket('https://h/x').url, 'wss://h/x');
    },
    'is a SyntaxError if it is invalid, or has another scheme or a fragment': kit => {
      for (const url of syntaxErrors.filter(url => url !== '/relative')) {
        kit.throws('SyntaxError', () => new kit.WebSocket(url), url);
      }
    },
    'is converted to a string': kit => {
      kit.equal(kit.socket(new URL('ws://h/x') as never).url, 'ws://h/x');
      kit.equal(kit.socket({ toString: () => 'ws://h/y' } as never).url, 'ws://h/y');
      kit.throws('TypeError', () => new kit.WebSocket(Symbol('s')));
      kit.throws('TypeError', () => new kit.WebSocket(Object.create(null)));
    },
    'is converted to a USVString: lone surrogates are replaced': kit => {
      kit.equal(kit.socket('ws://h/\ud800').url, 'ws://h/%EF%BF%BD');
    },
    'is sent to the server with its query': async kit => {
      const url = kit.url('/echo?a=%20b');
      await kit.open(url);
      const { target } = await kit.seen(url, () => true);
      kit.ok(target.startsWith('/echo?a=%20b&id='), target);
    },
  }),
  group(4, 'WebSocket', 'new WebSocket(url, protocols): the subprotocols', {
    'are not offered by default': async kit => {
      for (const rest of [[], [undefined], [[]]]) {
        const url = kit.url();
        const socket = await kit.open(url, ...rest);
        kit.equal(
          [socket.protocol, (await kit.seen(url, () => true)).headers['sec-websocket-protocol']],
          ['', undefined],
        );
      }
    },
    'may be a string, for a single one': async kit => {
      const url = kit.url('/protocol?choose=chat');
      const socket = await kit.open(url, 'chat');
      kit.equal(
        [socket.protocol, (await kit.seen(url, () => true)).headers['sec-websocket-protocol']],
        ['chat', 'chat'],
      );
    },
    'may be an array, and are sent in its order': async kit => {
      const url = kit.url('/protocol?choose=b');
      const socket = await kit.open(url, ['a', 'b']);
      const asked = (await kit.seen(url, () => true)).headers['sec-websocket-protocol'];
      kit.equal([socket.protocol, asked?.replaceAll(' ', '')], ['b', 'a,b']);
    },
    'may be any iterable object, whose items are converted to strings': async kit => {
      const url = kit.url('/protocol?choose=1');
      const socket = await kit.open(url, new Set([1, null]));
      const asked = (await kit.seen(url, () => true)).headers['sec-websocket-protocol'];
      kit.equal([socket.protocol, asked?.replaceAll(' ', '')], ['1', '1,null']);
    },
    'are converted to a string if they are not an object': async kit => {
      const url = kit.url('/protocol?choose=null');
      kit.equal((await kit.open(url, null)).protocol, 'null');
    },
    'are a SyntaxError unless they are tokens': kit => {
      for (const protocol of ['', ' ', 'a b', 'a,b', 'a\t', 'é', '\x7f', '(', '"', '/', 'a:b', '\0']) {
        kit.throws('SyntaxError', () => new kit.WebSocket('ws://h/', protocol), JSON.stringify(protocol));
        kit.throws(
          'SyntaxError',
          () => new kit.WebSocket('ws://h/', ['ok', protocol]),
          JSON.stringify([protocol]),
        );
      }
    },
    'may contain all characters of a token': kit => {
      kit.socket(kit.url(), "!#$%&'*+-.^_`|~09azAZ");
    },
    'are a SyntaxError if one is repeated': kit => {
      kit.throws('SyntaxError', () => new kit.WebSocket('ws://h/', ['a', 'b', 'a']));
    },
    'may differ only in case': kit => {
      kit.socket(kit.url(), ['chat', 'Chat']);
    },
    'are validated after the URL': kit => {
      const order: string[] = [];
      const logged = (name: string, text: string) => ({
        toString() {
          order.push(name);
          return text;
        },
      });
      kit.throws(
        'SyntaxError',
        () => new kit.WebSocket(logged('url', 'ftp://h/'), logged('protocols', 'a b')),
      );
      kit.equal(order, ['url', 'protocols']);
    },
    'fail the connection if the server selects none': async kit => {
      const socket = kit.socket(kit.url('/protocol'), ['a']);
      const types = kit.log(socket);
      const { code, wasClean } = await kit.event(socket, 'close');
      kit.equal([types, code, wasClean, socket.protocol], [['error', 'close'], 1006, false, '']);
    },
    'fail the connection if the server selects one that was not offered': async kit => {
      const socket = kit.socket(kit.url('/protocol?choose=b'), ['a']);
      kit.equal((await kit.event(socket, 'close')).code, 1006);
    },
    'fail the connection if the server selects one although none was offered': async kit => {
      const socket = kit.socket(kit.url('/protocol?choose=b'));
      kit.equal((await kit.event(socket, 'close')).code, 1006);
    },
  }),
];
