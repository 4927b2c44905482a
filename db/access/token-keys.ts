import { createHmac, randomBytes } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { hasCode } from '../objects/has-code.ts';

/** One key: a name that travels with what it signed, and its secret. */
export type TokenKey = { readonly id: string; readonly secret: Buffer };

export type TokenKeys = {
  /** The key that signs: the first line of the file. */
  current(): TokenKey;
  /** Any key of the file, so that what an older one signed stays good after a rotation. */
  find(id: string): TokenKey | undefined;
};

/** After so many rotations what a key signed is refused; tokens live 15 minutes, links a day. */
const keptKeys = 5;
/** How long what the file said is believed. */
const rereadMs = 1_000;

export function tokenKeysFile({ tokenKeysFile: file, dataDir }: KeysConfig): string {
  return file ?? join(dataDir, 'secrets', 'token-keys');
}

type KeysConfig = Pick<Config, 'tokenKeysFile' | 'dataDir'>;

/** The keys in a file, `id secret` on each line. It is made when it is not there. */
export function openTokenKeys(file: string, now: () => number = Date.now): TokenKeys {
  let keys: readonly TokenKey[] = [];
  let changedMs = 0;
  let readAtMs = 0;

  const read = () => {
    readAtMs = now();
    const { mtimeMs } = makeIfMissing(file);
    if (mtimeMs === changedMs && keys.length > 0) return;
    keys = parseKeys(readFileSync(file, 'utf8'), file);
    changedMs = mtimeMs;
  };
  const lookUp = (id: string) => keys.find((key) => key.id === id);

  return {
    current() {
      read();
      const [first] = keys;
      if (first === undefined) throw new Error(`${file} holds no key`);
      return first;
    },
    find(id) {
      // Not each time; but a key that was taken out of the file because it leaked is soon refused.
      if (now() - readAtMs >= rereadMs) read();
      return lookUp(id);
    },
  };
}

/** Puts a new key first. Every process signs with it from its next token on; nobody is logged out. */
export function rotateTokenKeys(file: string): string {
  makeIfMissing(file);
  const kept = parseKeys(readFileSync(file, 'utf8'), file).slice(0, keptKeys - 1);
  const key = makeKey();
  writeWhole(file, [key, ...kept], renameSync);
  return key.id;
}

function makeIfMissing(file: string): { readonly mtimeMs: number } {
  try {
    return statSync(file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Of processes that start together one makes the file, and all read that one.
  writeWhole(file, [makeKey()], (draft, final) => {
    try {
      linkSync(draft, final);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    rmSync(draft);
  });
  return statSync(file);
}

function writeWhole(
  file: string,
  keys: readonly TokenKey[],
  place: (draft: string, final: string) => void,
): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.new`;
  const lines = keys.map(({ id, secret }) => `${id} ${secret.toString('base64url')}\n`);
  writeFileSync(draft, lines.join(''), { mode: 0o600 });
  place(draft, file);
}

function makeKey(): TokenKey {
  return { id: randomBytes(6).toString('base64url'), secret: randomBytes(32) };
}

function parseKeys(text: string, file: string): readonly TokenKey[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const keys = lines.map((line) => {
    const [id = '', secret = ''] = line.trim().split(/\s+/);
    return { id, secret: Buffer.from(secret, 'base64url') };
  });
  if (keys.length > 0 && keys.every(({ id, secret }) => id !== '' && secret.length >= 32))
    return keys;
  throw new Error(
    `${file} must hold a line for each key: a name and 32 or more bytes in base64url, separated by a space. Remove the file to have a new one made; whoever is logged in then logs in again.`,
  );
}

/** A key for one purpose, so that nothing that was signed for one can be used for another. */
export function deriveKey({ secret }: TokenKey, purpose: string): Buffer {
  return createHmac('sha256', secret).update(purpose).digest();
}
