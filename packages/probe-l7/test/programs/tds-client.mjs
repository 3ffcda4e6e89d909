/** Speaks to a server by tedious: `node tds-client.mjs PORT`. Prints what came back, as JSON. */
import { Connection, ISOLATION_LEVEL, Request, TYPES } from 'tedious';

const port = Number(process.argv[2]);
const open = (userName) =>
  new Promise((resolve, reject) => {
    const connection = new Connection({
      server: '127.0.0.1',
      authentication: { type: 'default', options: { userName, password: 'hunter22' } },
      options: {
        port,
        encrypt: false,
        trustServerCertificate: true,
        database: 'master',
        appName: 'shop',
        cancelTimeout: 20_000,
      },
    });
    connection.connect((error) => (error ? reject(error) : resolve(connection)));
  });
const heard = [];
const ask = (connection, how, sql, prepare = () => {}) =>
  new Promise((resolve) => {
    let rows = 0;
    const request = new Request(sql, (error, count) => {
      heard.push({ sql: sql.slice(0, 40), error: error?.number ?? error?.code ?? null, count: count ?? null, rows });
      resolve(request);
    });
    request.on('row', () => rows++);
    prepare(request);
    connection[how](request);
  });

const connection = await open('app');
await ask(connection, 'execSqlBatch', "SELECT * FROM orders WHERE name = 'secret'");
await ask(connection, 'execSqlBatch', 'SELECT * FROM sparse');
await ask(connection, 'execSqlBatch', 'SELECT * FROM many');
await ask(connection, 'execSqlBatch', 'SELECT * FROM nowhere');
await ask(
  connection,
  'execSqlBatch',
  `INSERT INTO orders VALUES ${Array.from({ length: 400 }, (_, n) => `(${n}, 'secret ${n}')`)}`,
);
await ask(connection, 'execSqlBatch', 'USE shop');
await ask(connection, 'execSql', 'SELECT * FROM orders WHERE name = @name', (request) =>
  request.addParameter('name', TYPES.NVarChar, 'secret'),
);
await ask(connection, 'execSql', 'SELECT * FROM nowhere WHERE id = @id', (request) =>
  request.addParameter('id', TYPES.Int, 7),
);
await ask(connection, 'execSql', 'INSERT INTO orders (id) VALUES (@id)', (request) =>
  request.addParameter('id', TYPES.Int, 8),
);
await ask(connection, 'callProcedure', 'orders_of', (request) => request.addParameter('id', TYPES.Int, 7));
const prepared = new Request('SELECT id, name FROM orders WHERE id = @id', (error) => {
  heard.push({ sql: 'prepared', error: error?.number ?? null });
  prepared.emit('over');
});
prepared.addParameter('id', TYPES.Int);
const over = (event) => new Promise((resolve) => prepared.once(event, resolve));
connection.prepare(prepared);
await over('prepared');
for (const id of [1, 2]) {
  const ended = over('over');
  connection.execute(prepared, { id });
  await ended;
}
connection.unprepare(prepared);
await over('over');
await new Promise((resolve, reject) =>
  connection.beginTransaction((error) => (error ? reject(error) : resolve()), 'work', ISOLATION_LEVEL.READ_COMMITTED),
);
await new Promise((resolve, reject) =>
  connection.commitTransaction((error) => (error ? reject(error) : resolve()), 'work'),
);
// The server never answers: the client gives up, and asks to stop.
await ask(connection, 'execSqlBatch', "WAITFOR DELAY '01:00'", (request) => request.setTimeout(200));
connection.close();
await open('wrong').catch((error) => heard.push({ login: error.code }));
console.log(JSON.stringify(heard));
