/** What the API says of itself: all parts ready, some missing, or no answer at all. */
export type Status =
  | { readonly kind: 'ready' }
  | { readonly kind: 'partly'; readonly missing: readonly string[] }
  | { readonly kind: 'away' };

/** The API tries a job on all its way, for which it takes up to 5 s. */
const limitMs = 8_000;

export async function readStatus(apiUrl: string): Promise<Status> {
  try {
    const answer = await fetch(new URL('/readyz', apiUrl), {
      signal: AbortSignal.timeout(limitMs),
      headers: { accept: 'application/json' },
    });
    return judge(await answer.json());
  } catch {
    return { kind: 'away' };
  }
}

function judge(body: unknown): Status {
  if (!isRecord(body) || !Array.isArray(body['parts'])) return { kind: 'away' };
  const parts: readonly unknown[] = body['parts'];
  const missing = parts.filter(isRecord).filter((part) => part['ok'] !== true);
  if (missing.length === 0) return body['ok'] === true ? { kind: 'ready' } : { kind: 'away' };
  return { kind: 'partly', missing: missing.map((part) => String(part['name'])) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Where this process reaches the API: by its public address, else on this machine. */
export function chooseApiUrl(config: {
  readonly publicUrl: string | undefined;
  readonly host: string;
  readonly port: number;
}): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[config.host] ?? config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
}
