import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { test } from 'node:test';
import { hashPassword, isPasswordOf } from './passwords.ts';

test('a password is told from another, however it was typed', async () => {
  const stored = await hashPassword('naïve passwörd');
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
  assert.equal(await isPasswordOf(stored, 'naïve passwörd'), true);
  assert.equal(await isPasswordOf(stored, 'naïve passwörd'.normalize('NFD')), true);
  assert.equal(await isPasswordOf(stored, 'naive password'), false);
});

test('the same password has another hash each time', async () => {
  assert.notEqual(await hashPassword('correct horse'), await hashPassword('correct horse'));
});

test('an account that does not exist has no password', async () => {
  assert.equal(await isPasswordOf(undefined, 'correct horse'), false);
});

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

test('a hash made with other costs is checked with those', async () => {
  const nonce = Buffer.alloc(16, 1);
  const cost = { memory: 64, passes: 3, parallelism: 2 };
  const hash = argon2Sync('argon2id', {
    message: Buffer.from('old one'),
    nonce,
    tagLength: 32,
    ...cost,
  });
  const stored = `$argon2id$v=19$m=64,t=3,p=2$${encode(nonce)}$${encode(hash)}`;
  assert.equal(await isPasswordOf(stored, 'old one'), true);
  assert.equal(await isPasswordOf(stored, 'new one'), false);
});
