/**
 * The HTTP service of the demonstration: users in PostgreSQL, a cache in Redis, and some ways to fail.
 * Environment: PORT, REDIS_PORT, POSTGRES_PORT.
 */
import http from 'node:http';
import Redis from 'ioredis';
import pg from 'pg';

const { PORT, REDIS_PORT, POSTGRES_PORT } = process.env;
const redis = new Redis({ host: '127.0.0.1', port: Number(REDIS_PORT), lazyConnect: true });
const database = new pg.Pool({
  host: '127.0.0.1',
  port: Number(POSTGRES_PORT),
  user: 'postgres',
  database: 'postgres',
  max: 8,
});

await redis.connect();
await database.query('CREATE TABLE IF NOT EXISTS users (id serial PRIMARY KEY, name text NOT NULL, email text UNIQUE)');
await database.query(
  "INSERT INTO users (name, email) SELECT 'user ' || n, 'user' || n || '@example.org' FROM generate_series(1, 100) n ON CONFLICT DO NOTHING",
);

const routes = [
  ['GET', /^\/users\/(\d+)$/, getUser],
  ['POST', /^\/users$/, addUser],
  ['GET', /^\/report$/, report],
];

async function getUser(_body, id) {
  const cached = await redis.get(`user:${id}`);
  if (cached) return [200, cached];
  const { rows } = await database.query('SELECT id, name, email FROM users WHERE id = $1', [id]);
  if (rows.length === 0) return [404, '{"error":"no such user"}'];
  const text = JSON.stringify(rows[0]);
  await redis.set(`user:${id}`, text, 'EX', 2);
  return [200, text];
}

async function addUser(body) {
  const { name, email } = JSON.parse(body);
  const { rows } = await database.query('INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id', [name, email]);
  return [201, JSON.stringify(rows[0])];
}

/** Asks for a table that does not exist: every system has such a route. */
async function report() {
  const { rows } = await database.query("SELECT count(*) FROM reports WHERE month = '2026-01'");
  return [200, JSON.stringify(rows)];
}

const server = http.createServer(async (request, response) => {
  const answer = (status, text) => response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  let body = '';
  for await (const part of request) body += part;
  for (const [method, pattern, handle] of routes) {
    const match = request.method === method && pattern.exec(request.url);
    if (!match) continue;
    try {
      return answer(...(await handle(body, ...match.slice(1))));
    } catch (error) {
      return answer(error.code === '23505' ? 409 : 500, JSON.stringify({ error: error.message }));
    }
  }
  answer(404, '{"error":"no such route"}');
});
server.listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
process.once('SIGTERM', () => process.exit(0));
