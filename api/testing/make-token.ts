import type { Caller, TestApi } from './fresh-api.ts';

/** A personal access token, as its person makes one. */
export async function makeToken({ call }: Pick<Caller, 'call'>, scopes: readonly string[]) {
  const made = await call('POST', '/v1/me/tokens', { body: { name: 'sync', scopes } });
  const { id, token }: { id?: unknown; token?: unknown } = made.json();
  if (typeof id === 'string' && typeof token === 'string') return { id, token };
  throw new Error(`making a token answered ${made.statusCode}: ${made.body}`);
}

/** Calls with nothing but this token. */
export function callWith({ app }: Pick<TestApi, 'app'>, token: string) {
  const headers = { authorization: `Bearer ${token}` };
  return async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => {
    const answer = await app.inject({ method, url, headers, ...(body && { body }) });
    const code: string | undefined = answer.body === '' ? undefined : answer.json().code;
    return { answer, status: answer.statusCode, code };
  };
}
