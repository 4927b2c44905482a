import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';

// What a message costs when nobody looks at it: each goes to all others of the room that the path names.

const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (socket, { url = '/' }) => {
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(socket));
  socket.on('message', (message, isBinary) => {
    for (const other of room) if (other !== socket) other.send(message, { binary: isBinary });
  });
  socket.on('close', () => {
    room.delete(socket);
    if (room.size === 0) rooms.delete(url);
  });
});

await once(server, 'listening');
process.on('disconnect', () => process.exit(0));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('the relay has no port');
process.send?.({ address: `ws://127.0.0.1:${address.port}` });
