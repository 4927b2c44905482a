import { setTimeout as wait } from 'node:timers/promises';

type Readiness = { readonly ready: boolean; readonly lacking: string };

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

async function askReadiness(url: string): Promise<Readiness> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) });
    const body: unknown = await answer.json().catch(() => undefined);
    return { ready: answer.status === 200, lacking: describeLacking(body) };
  } catch {
    return { ready: false, lacking: 'the API does not answer' };
  }
}

/** What `/readyz` says of the parts that are not well. */
function describeLacking(body: unknown): string {
  const parts = isRecord(body) && Array.isArray(body['parts']) ? body['parts'] : [];
  const bad = parts.filter(isRecord).filter(({ ok }) => ok !== true);
  if (bad.length === 0) return 'the API answers, but not that it is ready';
  return bad.map(({ name, detail }) => [name, detail].filter(isText).join(': ')).join('; ');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
