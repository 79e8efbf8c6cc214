// Cases that wsluice does not pass, with the reason for each. The suite fails if a reason is no longer needed.

export const accepted: Readonly<Record<string, string>> = {
  'inherits from EventTarget':
    'the class of wsluice/node extends that of wsluice, whose prototype inherits from EventTarget.prototype',
  'may have unknown members': 'an unknown option is a TypeError, so that a misspelt option is not ignored',
  'inherits from the class DOMException':
    'only the prototype inherits, because instances are made by Error, which is faster than DOMException',
};
