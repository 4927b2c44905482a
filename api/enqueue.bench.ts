import { fileURLToPath } from 'node:url';
import { measureRate } from './bench/measure-rate.ts';
import { median, report, say } from './bench/report.ts';
import { withBenchProcess } from './bench/with-bench-process.ts';

const rounds = 7;

const ways = ['row', 'outbox', 'queue'] as const;
const load = [
  '--method',
  'POST',
  '--headers',
  'content-type=application/json',
  '--body',
  '{"title":"A course"}',
] as const;

const server = import.meta.resolve('./bench/enqueue-server.ts');
await withBenchProcess(fileURLToPath(server), {}, async ({ said }) => {
  const rates: Record<(typeof ways)[number], number[]> = { row: [], outbox: [], queue: [] };
  const address = readAddress(said);
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const way of ways) {
      const rate = await measureRate(`${address}/bench/${way}`, load);
      if (round > 0) rates[way].push(rate);
    }
  }
  const [row, outbox, queue] = ways.map((way) => median(rates[way]));
  if (row === undefined || outbox === undefined || queue === undefined) throw new Error('no rates');
  say(
    `enqueue  row alone ${row.toFixed(0)}/s, with run and outbox line ${outbox.toFixed(0)}/s, with queue.add ${queue.toFixed(0)}/s`,
  );
  report('enqueue  run and outbox line against the row alone', {
    value: outbox / row,
    sign: '≥',
    goal: 0.75,
  });
  report('enqueue  run and outbox line against queue.add', {
    value: outbox / queue,
    sign: '≥',
    goal: 2,
  });
});

function readAddress(said: unknown): string {
  if (typeof said === 'object' && said !== null && 'address' in said) return String(said.address);
  throw new Error('the bench server did not say where it listens');
}
