/** Speaks memcached's binary protocol with memjs: `node memjs-client.mjs PORT`. */
import memjs from 'memjs';

const [port] = process.argv.slice(2);
const client = memjs.Client.create(`127.0.0.1:${port}`, { retries: 0, logger: { log() {} } });
const failure = (promise) =>
  promise.then(
    () => '',
    (error) => error.message,
  );

for (let n = 0; n < 20; n++) {
  await client.set(`user:${n}`, 'swordfish', { expires: 60 });
  await client.get(`user:${n}`);
  await client.get(`none:${n}`);
}
// Many at once, on one connection.
await Promise.all(Array.from({ length: 50 }, (_, n) => client.get(`user:${n % 25}`)));
await client.set('large', Buffer.alloc(90_000, 'swordfish'), {});
await client.get('large');
await client.add('user:1', 'x', {});
await client.replace('none', 'x', {});
await client.append('user:1', 'x');
await failure(client.append('none', 'x'));
await client.increment('count', 5, { initial: 37 });
await client.increment('count', 5, {});
await client.decrement('count', 1, {});
await failure(client.increment('user:2', 1, {}));
await client.touch('user:3', 100);
await client.delete('user:3');
await client.delete('user:3');
await new Promise((resolve, reject) => client.stats((error) => (error === null ? resolve() : reject(error))));
await client.flush();
client.quit();
