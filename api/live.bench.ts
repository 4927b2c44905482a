import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { forkServer, readAddress } from './bench/fork-server.ts';
import { compareFanOuts, type Contestant } from './bench/live/compare-fan-outs.ts';
import type { Dialect } from './bench/live/dialect.ts';
import { hocuspocusDialect } from './bench/live/hocuspocus-dialect.ts';
import { openLectern } from './bench/live/lectern-rooms.ts';
import { measureJoins } from './bench/live/measure-joins.ts';
import { relayDialect } from './bench/live/relay-dialect.ts';
import { sharedbDialect } from './bench/live/sharedb-dialect.ts';
import { report } from './bench/report.ts';

const clients = 100;
const rounds = 5;
/** Of ten seconds at 200 edits a second the first two are not counted. */
const load = { edits: 2_000, warmUp: 400, gapMs: 5 };

await using relay = await forkServer(
  fileURLToPath(import.meta.resolve('./bench/live/relay-server.ts')),
  {},
);
await using hocuspocus = await forkServer(
  fileURLToPath(import.meta.resolve('./bench/live/hocuspocus-server.ts')),
  {},
);
await using sharedb = await forkServer(
  fileURLToPath(import.meta.resolve('./bench/live/sharedb-server.ts')),
  {},
);
await using one = await openLectern('Lectern', { processes: 1, clients });
await using two = await openLectern('Lectern, two processes', { processes: 2, clients });
const redisUrl = process.env['TEST_REDIS_URL'];
await using overRedis =
  redisUrl === undefined
    ? undefined
    : await openLectern('the same over Redis', { processes: 2, clients, redisUrl });

const fanOuts = await compareFanOuts(
  [
    contend('bare relay', readAddress(relay.said), relayDialect),
    contend('Hocuspocus', readAddress(hocuspocus.said), hocuspocusDialect),
    contend('ShareDB', readAddress(sharedb.said), sharedbDialect),
    one,
    two,
    ...(overRedis === undefined ? [] : [overRedis]),
  ],
  { rounds, load },
);
const p95Of = (name: string) => fanOuts.get(name)?.p95Ms ?? Number.NaN;
const own = p95Of(one.name);
report('live  p95 of a delivery against Hocuspocus', {
  value: own / p95Of('Hocuspocus'),
  sign: '≤',
  goal: 1,
});
report('live  p95 of a delivery against a bare relay', {
  value: own / p95Of('bare relay'),
  sign: '≤',
  goal: 1.3,
});
report('live  p95 ms over two processes', { value: p95Of(two.name), sign: '≤', goal: 10 });
await measureJoins(one, [100, 1_000, 10_000]);

/** Rooms of a server that makes one for whoever names it. */
function contend(name: string, address: string, dialect: Dialect): Contestant {
  return {
    name,
    async openRoom() {
      const room = randomUUID();
      const urls = Array.from({ length: clients }, () => `${address}/${room}`);
      return { name: room, dialect, urls };
    },
  };
}
