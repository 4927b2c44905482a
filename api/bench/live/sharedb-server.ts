import { once } from 'node:events';
import { Duplex } from 'node:stream';
import ShareDB from 'sharedb';
import { type WebSocket, WebSocketServer } from 'ws';

// ShareDB as it comes: documents, operations and news of them are in memory.

const backend = new ShareDB();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => backend.listen(streamOf(socket)));

function streamOf(socket: WebSocket): Duplex {
  const stream = new Duplex({
    objectMode: true,
    read: () => undefined,
    write(message: unknown, _encoding, done) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
      done();
    },
  });
  socket.on('message', (message) => {
    if (Buffer.isBuffer(message)) stream.push(JSON.parse(message.toString()));
  });
  socket.on('close', () => stream.destroy());
  return stream;
}

await once(server, 'listening');
process.on('disconnect', () => process.exit(0));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('ShareDB has no port');
process.send?.({ address: `ws://127.0.0.1:${address.port}` });
