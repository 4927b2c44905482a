import type { Db } from '../postgres/connect.ts';
import { findViewerByCookie, findViewerBySession } from '../postgres/sessions.ts';
import { findViewerByToken, findViewerByTokenId } from '../postgres/tokens.ts';
import { verifyAccessToken } from './access-tokens.ts';
import type { Credential } from './credentials.ts';
import { hashSecret } from './secrets.ts';
import type { TokenKeys } from './token-keys.ts';
import type { Login } from './viewer-links.ts';
import type { Viewer } from './viewer.ts';

/** The longest that a login or role which was taken away is still believed, whatever message was lost. */
const freshMs = 4_000;
const mostKept = 20_000;

/** Personal access tokens begin with this, so that a scanner of repositories knows them. */
export const tokenPrefix = 'lct_';
const opaquePattern = /^[\w-]{43}$/;
const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Ours have about 350 characters. */
const longestToken = 1_000;

export type Viewers = {
  find(credential: Credential): Promise<Viewer | undefined>;
  /** The person whose login or token this is, for what was signed for it. */
  findByLogin(login: Login): Promise<Viewer | undefined>;
  /** What is known of this person, or of all, is looked up anew. */
  forget(userId: string | undefined): void;
};

type Known = { readonly viewer: Viewer; readonly untilMs: number };
type Look = () => Promise<Found | undefined>;
type Found = { readonly viewer: Viewer; readonly expiresAtMs: number };

/** Who is behind which credential, looked up once in some seconds and not at each request. */
export function openViewers(db: Db, keys: TokenKeys, now: () => number = Date.now): Viewers {
  const known = new Map<string, Known>();
  const loads = new Map<string, Promise<Viewer | undefined>>();
  let changes = 0;

  async function load(name: string, lookUp: Look): Promise<Viewer | undefined> {
    const before = changes;
    const found = await lookUp();
    if (found === undefined) return undefined;
    const viewer = { ...found.viewer, expiresAtMs: found.expiresAtMs };
    // What changed during the look-up may have made it old.
    if (changes === before) {
      for (const oldest of known.keys()) {
        if (known.size < mostKept) break;
        known.delete(oldest);
      }
      known.set(name, {
        viewer,
        untilMs: Math.min(now() + freshMs, found.expiresAtMs),
      });
    }
    return viewer;
  }

  function findOnce(name: string, lookUp: Look): Promise<Viewer | undefined> {
    const hit = known.get(name);
    if (hit !== undefined) {
      if (hit.untilMs > now()) return Promise.resolve(hit.viewer);
      known.delete(name);
    }
    const running = loads.get(name);
    if (running !== undefined) return running;
    const loading = load(name, lookUp).finally(() => {
      if (loads.get(name) === loading) loads.delete(name);
    });
    loads.set(name, loading);
    return loading;
  }

  return {
    find(credential) {
      const name = credential.isCookie ? `cookie ${credential.token}` : credential.token;
      return findOnce(name, () => look(db, keys, credential));
    },
    findByLogin: ({ id, kind }) =>
      findOnce(`${kind} ${id}`, () =>
        kind === 'session' ? findViewerBySession(db, id) : findViewerByTokenId(db, id),
      ),
    forget(userId) {
      changes++;
      loads.clear();
      if (userId === undefined) return known.clear();
      for (const [name, { viewer }] of known) if (viewer.id === userId) known.delete(name);
    },
  };
}

async function look(
  db: Db,
  keys: TokenKeys,
  { token, isCookie }: Credential,
): Promise<Found | undefined> {
  if (token.length > longestToken) return undefined;
  if (isCookie) {
    return opaquePattern.test(token) ? findViewerByCookie(db, hashSecret(token)) : undefined;
  }
  if (token.startsWith(tokenPrefix)) {
    const isOne = opaquePattern.test(token.slice(tokenPrefix.length));
    return isOne ? findViewerByToken(db, hashSecret(token)) : undefined;
  }
  if (!jwtPattern.test(token)) return undefined;
  const claims = await verifyAccessToken(keys, token);
  if (claims === undefined) return undefined;
  const found = await findViewerBySession(db, claims.sessionId);
  if (found?.viewer.id !== claims.userId) return undefined;
  return { viewer: found.viewer, expiresAtMs: Math.min(found.expiresAtMs, claims.expiresAtMs) };
}
