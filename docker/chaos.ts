// Behind `npm run chaos [name]`: every `*.chaos.ts`, on PostgreSQL and Redis that they may kill.
import { runMeasurements } from './measure.ts';

const names = process.argv.slice(2);
const failed = await runMeasurements({ suffix: '.chaos.ts', names, limitMs: 60 * 60_000 });
process.exit(failed > 0 ? 1 : 0);
