import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SignJWT } from 'jose';
import { newId } from '../postgres/new-id.ts';
import { signAccessToken, verifyAccessToken } from './access-tokens.ts';
import { deriveKey, openTokenKeys } from './token-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'lectern-keys-'));
after(() => rmSync(folder, { recursive: true }));
const keys = openTokenKeys(join(folder, 'keys'));
const key = keys.current();
const secret = deriveKey(key, 'access token');
const login = { userId: newId(), sessionId: newId() };

test('a token says whose login it is, for a quarter of an hour', async () => {
  const claims = await verifyAccessToken(keys, await signAccessToken(keys, login));
  assert.ok(claims !== undefined);
  assert.deepEqual({ ...login, expiresAtMs: claims.expiresAtMs }, claims);
  const lifeMs = claims.expiresAtMs - Date.now();
  assert.ok(lifeMs > 14 * 60_000 && lifeMs <= 15 * 60_000);
});

const now = Math.floor(Date.now() / 1_000);
const right = {
  header: { alg: 'HS256', kid: key.id, typ: 'at+jwt' },
  claims: {
    iss: 'lectern',
    aud: 'lectern-api',
    sub: login.userId,
    sid: login.sessionId,
    iat: now,
    exp: now + 900,
  },
};

function write(header: object, claims: object, sign: (text: string) => Buffer): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign(text).toString('base64url')}`;
}
const hmac =
  (by: Buffer, hash = 'sha256') =>
  (text: string) =>
    createHmac(hash, by).update(text).digest();
const none = () => Buffer.alloc(0);
const { header, claims } = right;

const forged: Record<string, string> = {
  'with no algorithm': write({ ...header, alg: 'none' }, claims, none),
  'with no algorithm, spelled otherwise': write({ ...header, alg: 'nOnE' }, claims, none),
  'without a signature': write(header, claims, none),
  'by another key': write(header, claims, hmac(Buffer.alloc(32, 1))),
  'by the key itself, which is for other things': write(header, claims, hmac(key.secret)),
  'by a key that is not there': write({ ...header, kid: 'unknown' }, claims, hmac(secret)),
  'without the name of a key': write({ alg: 'HS256', typ: 'at+jwt' }, claims, hmac(secret)),
  'by another algorithm': write({ ...header, alg: 'HS512' }, claims, hmac(secret, 'sha512')),
  'of another type': write({ ...header, typ: 'JWT' }, claims, hmac(secret)),
  'that has run out': write(header, { ...claims, exp: now - 1 }, hmac(secret)),
  'that never runs out': write(header, { ...claims, exp: undefined }, hmac(secret)),
  'that is not good yet': write(header, { ...claims, nbf: now + 600 }, hmac(secret)),
  'for another audience': write(header, { ...claims, aud: 'elsewhere' }, hmac(secret)),
  'for no audience': write(header, { ...claims, aud: undefined }, hmac(secret)),
  'by another issuer': write(header, { ...claims, iss: 'elsewhere' }, hmac(secret)),
  'of nobody': write(header, { ...claims, sub: undefined }, hmac(secret)),
  'of no login': write(header, { ...claims, sid: undefined }, hmac(secret)),
  'of somebody who is no id': write(header, { ...claims, sub: "' or 1=1" }, hmac(secret)),
  'that names a key of its own': write(
    { ...header, jwk: { kty: 'oct', k: 'AAAA' } },
    claims,
    hmac(Buffer.alloc(3)),
  ),
};

test('a token that is made by hand with the right key and claims is good', async () => {
  assert.ok(await verifyAccessToken(keys, write(header, claims, hmac(secret))));
});

for (const [what, token] of Object.entries(forged)) {
  test(`a token ${what} is refused`, async () => {
    assert.equal(await verifyAccessToken(keys, token), undefined);
  });
}

test('a token whose claims were changed is refused', async () => {
  const [head, , signature] = (await signAccessToken(keys, login)).split('.');
  const other = Buffer.from(JSON.stringify({ ...claims, sub: newId() })).toString('base64url');
  assert.equal(await verifyAccessToken(keys, `${head}.${other}.${signature}`), undefined);
});

test('a token of a public key algorithm, checked with our secret, is refused', async () => {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: key.id, typ: 'at+jwt', crit: ['b64'], b64: true })
    .sign(secret);
  const [head = '', ...rest] = token.split('.');
  const decoded: object = JSON.parse(Buffer.from(head, 'base64url').toString());
  const rs = Buffer.from(JSON.stringify({ ...decoded, alg: 'RS256' })).toString('base64url');
  assert.equal(await verifyAccessToken(keys, [rs, ...rest].join('.')), undefined);
});
