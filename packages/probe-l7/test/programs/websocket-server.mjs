/**
 * A WebSocket server of the package ws that sends back what it gets: `node websocket-server.mjs PORT`. With `compressed`
 * after that it agrees to permessage-deflate.
 */
import { WebSocketServer } from 'ws';

const [port, compressed] = process.argv.slice(2);
const perMessageDeflate = compressed === 'compressed' && { threshold: 0 };
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(port), perMessageDeflate, maxPayload: 1 << 20 });
server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    if (String(data) === 'leave') socket.close(1011, 'as you like');
    else socket.send(data, { binary: isBinary });
  });
});
server.on('listening', () => process.stdout.write('ready\n'));
