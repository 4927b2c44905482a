import { isIPv6 } from 'node:net';
import type { Config } from '@lectern/db/config';
import type { Limits, Taken } from '@lectern/db/limits/limits';
import type { Rate } from '@lectern/db/settings';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { Problem } from '../problems/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `upload` counts against a limit of its own too; `none` is for probes, which must not fail. */
    limit?: 'upload' | 'none';
  }
}

type RateLimitOptions = {
  readonly limits: Limits;
  readonly config: Pick<Config, 'rateLimit' | 'uploadRateLimit'>;
};

type Counted = { readonly key: string; readonly rate: Rate };

/** Counts each request against its person, or against its address when nobody is known yet. */
export function limitRequests(app: App, { limits, config }: RateLimitOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    let nearest: Taken | undefined;
    for (const { key, rate } of listLimits(request, config)) {
      const taken = await limits.take(key, rate);
      if (nearest === undefined || !taken.isAllowed || taken.left < nearest.left) nearest = taken;
      if (!taken.isAllowed) break;
    }
    if (nearest === undefined) return;
    reply.headers({
      'ratelimit-limit': String(nearest.most),
      'ratelimit-remaining': String(nearest.left),
      'ratelimit-reset': String(Math.ceil(nearest.resetMs / 1000)),
    });
    if (!nearest.isAllowed) throw tooManyRequests(nearest.resetMs);
  });
}

function listLimits(
  { routeOptions, viewer, ip }: FastifyRequest,
  { rateLimit, uploadRateLimit }: RateLimitOptions['config'],
): readonly Counted[] {
  const { limit } = routeOptions.config;
  if (limit === 'none') return [];
  const limits: Counted[] = [];
  if (rateLimit !== undefined) {
    const key = viewer === undefined ? `address:${addressKey(ip)}` : `user:${viewer.id}`;
    limits.push({ key, rate: rateLimit });
  }
  // An upload without a person is refused before anything of it is read.
  if (limit === 'upload' && uploadRateLimit !== undefined && viewer !== undefined) {
    limits.push({ key: `upload:${viewer.id}`, rate: uploadRateLimit });
  }
  return limits;
}

export function tooManyRequests(waitMs: number): Problem {
  const seconds = waitSeconds(waitMs);
  return new Problem({
    status: 429,
    code: 'rate_limited',
    detail: `Nothing was done: there were too many requests in a short time. Go on in ${seconds} s, and more slowly.`,
    headers: { 'retry-after': String(seconds) },
  });
}

export function waitSeconds(waitMs: number): number {
  return Math.max(1, Math.ceil(waitMs / 1000));
}

/**
 * What of an address counts as one caller: all of IPv4, the /64 network of IPv6, of which a single
 * machine has every address. An IPv4 address inside IPv6 is that IPv4 address.
 */
export function addressKey(ip: string | undefined): string {
  // A caller who hung up has no address any more. What a proxy sends may be something else.
  if (ip === undefined) return 'unknown';
  if (!isIPv6(ip)) return ip.slice(0, 64);
  const groups = parseGroups(ip);
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:65535') {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':').replace(/(?:^0|:0)(?::0)*$/, '')}::/64`;
}

/** The eight numbers of an IPv6 address, with what `::` leaves out. */
function parseGroups(ip: string): readonly number[] {
  const [address = ''] = ip.split('%', 1);
  const [head = '', tail] = address.split('::');
  const first = readGroups(head);
  if (tail === undefined) return first;
  const last = readGroups(tail);
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last];
}

function readGroups(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
