import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmail, normalizeEmail } from './email.ts';

test('an address is one address, whatever its case, form or width', () => {
  const same = ['José@Example.org', 'jose\u0301@example.ORG', ' ｊosé@example.org\t'];
  assert.deepEqual(new Set(same.map(normalizeEmail)), new Set(['josé@example.org']));
  const domains = [
    'a@münchen.de',
    'a@münchen.de.',
    'a@MÜNCHEN.de',
    'a@xn--mnchen-3ya.de',
    'a@mu\u0308nchen.de',
  ];
  assert.deepEqual(new Set(domains.map(normalizeEmail)), new Set(['a@münchen.de']));
});

test('what is no address is not taken for one', () => {
  const wrong = [
    '',
    'ada',
    '@b',
    'a@',
    'a b@c.de',
    'a@b\nBcc: c@d',
    'a@b\u0000',
    'a\u200b@b.c',
    'f\u034f@b.c',
    'a\ufe0f@b.c',
  ];
  for (const text of [...wrong, 'a@b@c', '<a@b.c>', 'a@b.c,d@e.f', `${'a'.repeat(250)}@b.de`]) {
    assert.equal(isEmail(normalizeEmail(text)), false, JSON.stringify(text));
  }
  for (const text of ['a@b', 'ada.l+x@example.org', 'ада@пример.рф']) {
    assert.equal(isEmail(normalizeEmail(text)), true, text);
  }
});
