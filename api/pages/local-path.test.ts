import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLocalPath } from './local-path.ts';

test('an address of this site is kept as it is', () => {
  for (const path of ['/', '/ops/queues', '/ops/queues/queue/a.b?status=failed&page=2', '/a#b']) {
    assert.equal(chooseLocalPath(path), path);
  }
});

test('anything that a browser may take for another site leads to the first page', () => {
  const foreign = [
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '///elsewhere.example/',
    String.raw`/\elsewhere.example/`,
    String.raw`\/elsewhere.example/`,
    '/\t/elsewhere.example/',
    '/\n/elsewhere.example/',
    ' //elsewhere.example/',
    'javascript:alert(1)',
    'elsewhere.example',
    '',
    undefined,
    null,
    ['/a', '/b'],
  ];
  for (const given of foreign) assert.equal(chooseLocalPath(given), '/', JSON.stringify(given));
});

test('what comes out is a path and never a host, also where dots make one of it', () => {
  for (const given of [
    '/..//elsewhere.example',
    '/.//elsewhere.example',
    '/a/..//elsewhere.example',
  ]) {
    const path = chooseLocalPath(given);
    assert.equal(new URL(path, 'https://lectern.example').origin, 'https://lectern.example', path);
  }
});

test('line breaks do not reach a header', () => {
  assert.equal(chooseLocalPath('/a\r\nset-cookie: b=c'), '/aset-cookie:%20b=c');
});
