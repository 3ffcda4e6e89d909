/** Asks nginx by HTTP/2 in clear text, many streams on one connection: `node http2-client.mjs PORT ROUNDS`. */
import { once } from 'node:events';
import { connect } from 'node:http2';

const [port, rounds] = process.argv.slice(2);
const session = connect(`http://127.0.0.1:${port}`);
const ask = async (path, method = 'GET') => {
  const stream = session.request({ ':path': path, ':method': method });
  await once(stream.resume(), 'close');
};
for (let n = 0; n < Number(rounds); n++) {
  await Promise.all([ask('/index.html'), ask('/none'), ask('/index.html', 'HEAD'), ask(`/item/${n}`, 'DELETE')]);
}
session.close();
