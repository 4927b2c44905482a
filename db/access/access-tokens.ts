import { errors, jwtVerify, SignJWT } from 'jose';
import { isId } from '../jobs/define-job.ts';
import { deriveKey, type TokenKeys } from './token-keys.ts';

export const accessTokenSeconds = 15 * 60;

const issuer = 'lectern';
const audience = 'lectern-api';
const type = 'at+jwt';
const algorithm = 'HS256';
const purpose = 'access token';

/** What an access token says: whose login it is of. What the person may do is looked up. */
export type AccessClaims = {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAtMs: number;
};

export function signAccessToken(
  keys: TokenKeys,
  { userId, sessionId }: Pick<AccessClaims, 'userId' | 'sessionId'>,
): Promise<string> {
  const key = keys.current();
  return new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: algorithm, kid: key.id, typ: type })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(`${accessTokenSeconds}s`)
    .sign(deriveKey(key, purpose));
}

/** Undefined for anything that we did not sign, for another purpose, or that has run out. */
export async function verifyAccessToken(
  keys: TokenKeys,
  token: string,
): Promise<AccessClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => findKey(keys, kid), {
      algorithms: [algorithm],
      issuer,
      audience,
      typ: type,
      requiredClaims: ['sub', 'sid', 'exp'],
    });
    const { sub, sid, exp = 0 } = payload;
    if (!isId(sub) || !isId(sid)) return undefined;
    return { userId: sub, sessionId: sid, expiresAtMs: exp * 1_000 };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function findKey(keys: TokenKeys, id: string | undefined): Uint8Array {
  const key = id === undefined ? undefined : keys.find(id);
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return deriveKey(key, purpose);
}
