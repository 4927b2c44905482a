import { fileURLToPath } from 'node:url';
import { measureRate } from './bench/measure-rate.ts';
import { median, report, say } from './bench/report.ts';
import { withBenchProcess } from './bench/with-bench-process.ts';

const rounds = 9;
const logins = 120;

type Said = { readonly address: string; readonly token: string; readonly cookie: string };

const server = fileURLToPath(import.meta.resolve('./bench/auth-server.ts'));
const settings = { LECTERN_RATE_LIMIT: '999999999/s', LECTERN_LOGIN_RATE_LIMIT: 'off' };
await withBenchProcess(server, { env: settings }, async ({ said }) => {
  const { address, token, cookie } = readSaid(said);
  const ways = {
    open: { path: 'open', headers: [] },
    token: { path: 'guarded', headers: ['--headers', `authorization=Bearer ${token}`] },
    cookie: { path: 'guarded', headers: ['--headers', `cookie=lectern_session=${cookie}`] },
  } as const;
  const rates: Record<keyof typeof ways, number[]> = { open: [], token: [], cookie: [] };
  const ratios: Record<'token' | 'cookie', number[]> = { token: [], cookie: [] };
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    const rate = {
      open: await measureRate(`${address}/bench/${ways.open.path}`, ways.open.headers),
      token: await measureRate(`${address}/bench/${ways.token.path}`, ways.token.headers),
      cookie: await measureRate(`${address}/bench/${ways.cookie.path}`, ways.cookie.headers),
    };
    if (round === 0) continue;
    for (const way of ['open', 'token', 'cookie'] as const) rates[way].push(rate[way]);
    for (const way of ['token', 'cookie'] as const) ratios[way].push(rate[way] / rate.open);
  }
  say(
    `auth  one row for everybody ${median(rates.open).toFixed(0)}/s, with a token ${median(rates.token).toFixed(0)}/s, with a cookie ${median(rates.cookie).toFixed(0)}/s`,
  );
  for (const way of ['token', 'cookie'] as const) {
    const value = median(ratios[way]);
    report(`auth  with a ${way} against without`, { value, sign: '≥', goal: 0.85 });
  }
  await measureLogins(address);
});

/** How long a refused login takes for an account that there is, against one that there is not. */
async function measureLogins(address: string): Promise<void> {
  const known = 'known@example.org';
  const password = 'correct horse battery';
  await post(`${address}/v1/auth/register`, { email: known, password, name: 'Known' });
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < logins; i++) {
    // A guess is allowed ten times; the right password begins the count anew.
    if (i % 8 === 0) await post(`${address}/v1/auth/login`, { email: known, password });
    // In either order, so that what one leaves behind for the other falls on both.
    const turns = i % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const who of turns) {
      const email = who === 'known' ? known : `unknown${i}@example.org`;
      const startedMs = performance.now();
      await post(`${address}/v1/auth/login`, { email, password: 'wrong horse battery' });
      times[who].push(performance.now() - startedMs);
    }
  }
  const [a, b] = [median(times.known), median(times.unknown)];
  say(`auth  refused login, known email ${a.toFixed(1)} ms, unknown ${b.toFixed(1)} ms`);
  report('auth  refused login, the slower against the faster', {
    value: Math.max(a, b) / Math.min(a, b),
    sign: '≤',
    goal: 1.1,
  });
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  await answer.arrayBuffer();
  if (answer.status === 429) throw new Error('the bench was slowed down by the limits');
}

function readSaid(said: unknown): Said {
  const { address, token, cookie } = Object(said);
  if ([address, token, cookie].every((value) => typeof value === 'string')) {
    return { address, token, cookie };
  }
  throw new Error('the bench server did not say where it listens');
}
