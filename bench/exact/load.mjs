/**
 * A mixed load at a fixed rate, with errors in it; counts what it sent and what came back. Prints one JSON object on
 * SIGTERM. Environment: HTTP, REDIS, POSTGRES, MARIADB (ports), RATE (requests per second, all together).
 */
import http from 'node:http';
import Redis from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';

const { HTTP, REDIS, POSTGRES, MARIADB, RATE } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const redis = new Redis({ host: '127.0.0.1', port: Number(REDIS), enableReadyCheck: false, disableClientInfo: true });
const postgres = new pg.Pool({ host: '127.0.0.1', port: Number(POSTGRES), user: 'postgres', max: 4 });
const maria = mysql.createPool({ host: '127.0.0.1', port: Number(MARIADB), user: 'root', connectionLimit: 4 });

await redis.ping();
await Promise.all(Array.from({ length: 4 }, () => postgres.query('SELECT pg_sleep(0.1)')));
await Promise.all(Array.from({ length: 4 }, () => maria.query('SELECT SLEEP(0.1)')));

const counts = {};
const latencies = {};
let running = 0;

async function timed(key, work) {
  const begin = process.hrtime.bigint();
  running++;
  let status;
  try {
    status = await work();
  } catch (error) {
    status = error.code ?? error.message.split(' ')[0];
  }
  running--;
  const name = `${key} ${status}`;
  counts[name] = (counts[name] ?? 0) + 1;
  latencies[key.split(' ')[0]] ??= [];
  latencies[key.split(' ')[0]].push(Number(process.hrtime.bigint() - begin) / 1e6);
}

function request(method, path) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port: Number(HTTP), method, path, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const WORK = [
  (n) => timed('http1 GET', () => request('GET', n % 7 === 0 ? '/missing' : '/')),
  (n) => timed('http1 POST', () => request('POST', n % 2 === 0 ? '/' : '/missing')),
  (n) => timed('redis SET', () => redis.set(`key:${n % 100}`, 'value').then(() => 'OK')),
  (n) => timed('redis GET', () => redis.get(`key:${n % 100}`).then(() => 'OK')),
  () => timed('redis LPUSH', () => redis.lpush('key:1', 'x').then(() => 'OK')),
  (n) => timed('postgres execute', () => postgres.query('SELECT $1::int + 1', [n]).then(() => 'OK')),
  () => timed('postgres query', () => postgres.query('SELECT * FROM missing').then(() => 'OK')),
  (n) => timed('mysql QUERY', () => maria.query('SELECT ? + 1', [n]).then(() => 'OK')),
  () => timed('mysql QUERY', () => maria.query('SELECT * FROM missing.missing').then(() => 'OK')),
];

process.send('ready');
await new Promise((resolve) => process.once('message', resolve));
let sent = 0;
const begin = Date.now();
const timer = setInterval(() => {
  const due = Math.floor(((Date.now() - begin) / 1000) * Number(RATE));
  for (; sent < due; sent++) WORK[sent % WORK.length](sent);
}, 2);

process.once('message', () => {
  clearInterval(timer);
  const done = setInterval(() => {
    if (running > 0) return;
    clearInterval(done);
    const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
    process.send({
      counts,
      medianMs: Object.fromEntries(Object.entries(latencies).map(([key, list]) => [key, median(list)])),
    });
    process.disconnect();
    agent.destroy();
    redis.disconnect();
    postgres.end();
    maria.end();
  }, 5);
});
