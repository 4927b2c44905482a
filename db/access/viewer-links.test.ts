import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newId } from '../postgres/new-id.ts';
import { openTokenKeys, rotateTokenKeys } from './token-keys.ts';
import { loginOf, readViewerLink, writeViewerLink } from './viewer-links.ts';

const folder = mkdtempSync(join(tmpdir(), 'lectern-keys-'));
after(() => rmSync(folder, { recursive: true }));
const keysFile = join(folder, 'keys');
const keys = openTokenKeys(keysFile);
const login = { id: newId(), kind: 'session' } as const;
const target = { materialId: newId(), use: 'material' } as const;
const expiresAt = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 60_000);
const now = new Date();
const link = writeViewerLink(keys, { login, target, expiresAt });

test('a link says whose login it speaks for and until when, to whoever has the keys', () => {
  assert.deepEqual(readViewerLink(keys, link, { target, now }), { login, expiresAt });
  const token = { id: newId(), kind: 'token' } as const;
  const other = writeViewerLink(keys, { login: token, target, expiresAt });
  assert.deepEqual(readViewerLink(keys, other, { target, now })?.login, token);
  assert.ok(link.length < 80, `${link.length} characters`);
});

test('a link stays good when its key is no longer the one that signs', () => {
  const before = writeViewerLink(keys, { login, target, expiresAt });
  rotateTokenKeys(keysFile);
  const fresh = openTokenKeys(keysFile);
  assert.ok(readViewerLink(fresh, before, { target, now }));
  assert.notEqual(writeViewerLink(fresh, { login, target, expiresAt }), before);
});

test('a link that has run out, is about another material or for another use is refused', () => {
  const read = (more: Partial<typeof target | { use: 'segment' }>, at = now) =>
    readViewerLink(keys, link, { target: { ...target, ...more }, now: at });
  assert.ok(read({}));
  assert.equal(read({}, expiresAt), undefined);
  assert.equal(read({ materialId: newId() }), undefined);
  assert.equal(read({ use: 'segment' }), undefined);
});

test('a link of which any bit was changed is refused, and so is what is none', () => {
  const [id = '', text = ''] = link.split('.');
  const bytes = Buffer.from(text, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const forged = `${id}.${changed.toString('base64url')}`;
    assert.equal(readViewerLink(keys, forged, { target, now }), undefined, `bit ${bit}`);
  }
  for (const none of ['', '.', id, `${id}.`, text, `other.${text}`, `${link}AAAA`, '💥.💥']) {
    assert.equal(readViewerLink(keys, none, { target, now }), undefined, none);
  }
});

test('nobody gets a link without a login', () => {
  const person = { id: newId(), role: 'user', email: 'a@example.org', name: 'A' } as const;
  assert.throws(() => loginOf(person), /needs a login/);
  assert.deepEqual(loginOf({ ...person, sessionId: login.id }), login);
});
