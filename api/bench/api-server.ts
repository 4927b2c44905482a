import { readConfig } from '@lectern/db/config';
import { open } from '@lectern/db/open';
import { buildApp } from '../app.ts';

// The API as it is, on a free port.

const app = await buildApp(open(readConfig(process.env, null), 'api'));
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit(0));
process.send?.({ address });
