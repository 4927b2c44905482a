// Behind `npm run bench [name]`: every `*.bench.ts`, on PostgreSQL and Redis of their own.
import { runMeasurements } from './measure.ts';

const names = process.argv.slice(2);
const failed = await runMeasurements({ suffix: '.bench.ts', names, limitMs: 20 * 60_000 });
process.exit(failed > 0 ? 1 : 0);
