import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress, readPublicUrl } from './is-public-address.ts';

test('addresses of this machine, of networks near it and of nobody are not public', () => {
  const near = [
    '127.0.0.1 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1',
    '192.0.2.1 198.18.0.1 224.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1',
    '::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 2002:7f00:1::1 2001:db8::1 2001::1',
    'localhost nonsense 127.1 0x7f000001',
  ];
  for (const address of near.join(' ').split(' ')) {
    assert.equal(isPublicAddress(address), false, address);
  }
  for (const address of ['8.8.8.8', '172.32.0.1', '93.184.216.34', '2606:4700::1111']) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

test('addresses that lead near, however they are written, are refused with words', () => {
  const refused = [
    'http://127.0.0.1/a http://127.1/a http://2130706433/a http://0x7f.1/a http://017700000001/a',
    'http://localhost/a http://LOCALHOST./a http://db.internal/a http://printer/a http://a.local/',
    'http://[::1]/a http://[::ffff:7f00:1]/a http://[fe80::1]/a http://169.254.169.254/latest',
    'file:///etc/passwd ftp://example.org/a javascript:alert(1) data:text/plain,x //example.com nonsense',
    'http://user:password@files.org/a gopher://files.org http://①②⑦.0.0.1/',
  ];
  for (const text of refused.join(' ').split(' ')) {
    const read = readPublicUrl(text);
    assert.equal(typeof read, 'string', text);
    assert.match(String(read), /[a-z]{3,}.*\.$/);
  }
  assert.equal(typeof readPublicUrl(`https://files.org/${'a'.repeat(3_000)}`), 'string');
});

test('addresses of the world are taken', () => {
  for (const text of [
    'https://files.org/a.pdf',
    'http://files.org:8080/?q=1',
    'https://8.8.8.8/a',
  ]) {
    assert.ok(readPublicUrl(text) instanceof URL, text);
  }
});
