import type { LightMyRequestResponse } from 'fastify';

/** The cookies that an answer sets, each as it was sent. */
export function cookiesOf({
  headers,
}: Pick<LightMyRequestResponse, 'headers'>): readonly [string, string, string] {
  const [first = '', second = '', third = ''] = [headers['set-cookie'] ?? []].flat();
  return [first, second, third];
}

export function valueOf(cookie: string): string {
  return cookie.split(';', 1)[0]?.split('=').slice(1).join('=') ?? '';
}
