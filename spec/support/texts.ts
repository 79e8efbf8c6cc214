// Valid and invalid UTF-8 as hex: groups 6.2 to 6.23 of the Autobahn test suite.

/** Valid texts. */
export const validTexts: readonly string[] = [
  '',
  '48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121',
  ...'68656c6c6f24776f726c64 68656c6c6fc2a2776f726c64 68656c6c6fe282ac776f726c64 68656c6c6ff0a4ada2776f726c64'.split(
    ' ',
  ),
  ...'ceba cebae1bdb9 cebae1bdb9cf83 cebae1bdb9cf83cebc cebae1bdb9cf83cebcceb5'.split(' '),
  ...'00 c280 e0a080 f0908080 7f dfbf efbfbf f48fbfbf ed9fbf ee8080 efbfbd'.split(' '),
  ...'efbfbe f09fbfbe f09fbfbf f0afbfbe f0afbfbf f0bfbfbe f0bfbfbf f18fbfbe f18fbfbf f19fbfbe f19fbfbf'.split(
    ' ',
  ),
  ...'f1afbfbe f1afbfbf f1bfbfbe f1bfbfbf f28fbfbe f28fbfbf f29fbfbe f29fbfbf f2afbfbe f2afbfbf'.split(' '),
  ...'f2bfbfbe f2bfbfbf f38fbfbe f38fbfbf f39fbfbe f39fbfbf f3afbfbe f3afbfbf f3bfbfbe f3bfbfbf f48fbfbe'.split(
    ' ',
  ),
  ...'efbfb9 efbfba efbfbb efbfbc'.split(' '),
];

/** All continuation bytes but the last, in a row. */
const ascending = Array.from({ length: 63 }, (_, i) => (0x80 + i).toString(16)).join('');

/** Returns the bytes from `first` to `last`, each followed by a space. */
function lone(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => `${(first + i).toString(16)}20`).join('');
}

/** Invalid texts. */
export const invalidTexts: readonly string[] = [
  'cebae1bdb9cf83cebcceb5eda080656469746564',
  'cebae1bdb9cf83cebcceb5f4908080656469746564',
  ...'ce cebae1 cebae1bd cebae1bdb9cf cebae1bdb9cf83ce cebae1bdb9cf83cebcce'.split(' '),
  ...'f888808080 fc8480808080 f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf f4908080'.split(' '),
  ...'80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf'.split(' '),
  ascending,
  lone(0xc0, 0xde),
  lone(0xe0, 0xee),
  lone(0xf0, 0xf6),
  lone(0xf8, 0xfa),
  lone(0xfc, 0xfc),
  ...'c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf'.split(' '),
  'c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf',
  ...'fe ff fefeffff c0af e080af f08080af f8808080af fc80808080af'.split(' '),
  ...'c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf c080 e08080 f0808080 f880808080 fc8080808080'.split(' '),
  ...'eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf'.split(' '),
  ...'eda080edb080 eda080edbfbf edadbfedb080 edadbfedbfbf edae80edb080 edae80edbfbf edafbfedb080 edafbfedbfbf'.split(
    ' ',
  ),
];
