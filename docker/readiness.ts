import { setTimeout as wait } from 'node:timers/promises';

export type Readiness = { readonly ready: boolean; readonly lacking: string };

/** Where a person reaches an address that the API listens on. */
export function urlOf({ host, port }: { readonly host: string; readonly port: number }): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Asks until everything answers; `onSlow` is told each time `patienceMs` went by without. */
export async function waitUntilReady(options: {
  readonly url: string;
  readonly signal: AbortSignal;
  readonly patienceMs: number;
  readonly onSlow: (lacking: string) => void;
}): Promise<void> {
  let slowAt = performance.now() + options.patienceMs;
  for (;;) {
    const { ready, lacking } = await askReadiness(options.url);
    options.signal.throwIfAborted();
    if (ready) return;
    if (performance.now() > slowAt) {
      options.onSlow(lacking);
      slowAt = performance.now() + options.patienceMs;
    }
    await wait(50, undefined, { signal: options.signal });
  }
}

export async function askReadiness(url: string): Promise<Readiness> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) });
    const body: unknown = await answer.json().catch(() => undefined);
    return { ready: answer.status === 200, lacking: describeLacking(body) };
  } catch {
    return { ready: false, lacking: 'the API does not answer' };
  }
}

/** The names of the checks that are not well, from the answer of `/readyz`. */
export function describeLacking(body: unknown): string {
  const checks = isRecord(body) && isRecord(body['checks']) ? body['checks'] : {};
  const bad = Object.entries(checks).filter(([, check]) => isRecord(check) && !isWell(check));
  if (bad.length === 0) return 'the API answers, but not that it is ready';
  return bad.map(([name, check]) => describeCheck(name, check)).join('; ');
}

function isWell(check: Record<string, unknown>): boolean {
  return check['ok'] === true || check['status'] === 'ok';
}

function describeCheck(name: string, check: unknown): string {
  const detail = isRecord(check) ? (check['detail'] ?? check['error']) : undefined;
  return typeof detail === 'string' ? `${name}: ${detail}` : name;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
