import { Server } from '@hocuspocus/server';

// Hocuspocus as it comes, with nothing that stores.

const server = new Server({ address: '127.0.0.1', port: 0, quiet: true, stopOnSignals: false });
await server.listen();
process.on('disconnect', () => process.exit(0));
process.send?.({ address: `ws://127.0.0.1:${server.address.port}` });
