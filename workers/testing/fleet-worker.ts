import { readConfig } from '@lectern/db/config';
import { open } from '@lectern/db/open';
import { runWorkers } from '../runtime/run-workers.ts';

// A worker process of a test's fleet: quick to notice that another one vanished.
const registryUrl = process.env['FLEET_REGISTRY'] ?? import.meta.resolve('./registry.ts');
const { registry } = await import(registryUrl);
const store = open(readConfig(process.env, null), 'fleet');
runWorkers(store, registry, {
  registry: registryUrl,
  timing: { lockMs: 3_000, stallCheckMs: 1_000 },
});
process.on('disconnect', () => process.exit(0));
process.send?.('started');
