import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureMethod } from '../src/capture-method.js';
import { observe } from './support/observe.js';
import { output } from './support/servers.js';

/** The capture that this kernel allows. */
const CAPTURE = captureMethod('auto');
const program = (name: string) => new URL(`programs/${name}`, import.meta.url).pathname;

describe('TDS, seen in the kernel', () => {
  let server: ChildProcess;
  let port: number;

  beforeAll(async () => {
    server = spawn(process.execPath, [program('tds-server.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = (await once(server.stdout!, 'data')) as [Buffer];
    port = Number(`${said}`);
  }, 60_000);
  afterAll(async () => {
    if (server.exitCode !== null) return;
    server.kill();
    await once(server, 'exit');
  });

  it('has each question of tedious, at both ends, with what tedious made of the answer', async () => {
    let heard: { sql?: string; error?: string | number | null; rows?: number }[] = [];
    const seen = await observe(CAPTURE, port, async () => {
      heard = JSON.parse(await output(process.execPath, [program('tds-client.mjs'), `${port}`]));
    });
    const asked = heard.filter(({ sql }) => sql !== undefined && sql !== 'prepared');
    const expected = [
      ...['PreLogin OK', 'Login7 OK', 'SET OK'],
      ...['SELECT orders OK', 'SELECT sparse OK', 'SELECT many OK', 'SELECT nowhere 208', 'INSERT orders OK', 'USE OK'],
      ...['SELECT orders OK', 'SELECT nowhere 208', 'INSERT orders OK', 'EXECUTE orders_of OK'],
      ...['SELECT orders OK', 'SELECT orders OK', 'SELECT orders OK', 'EXECUTE sp_unprepare OK'],
      ...['BEGIN OK', 'COMMIT OK', 'SQLBatch OK', 'PreLogin OK', 'Login7 18456'],
    ];
    for (const side of ['client', 'server']) {
      const here = seen.filter((exchange) => exchange.side === side);
      expect(
        here.map(({ name, status }) => `${name} ${status}`),
        side,
      ).toEqual(expected);
      // Tedious decodes the same rows by itself.
      const rows = here
        .filter(({ request }) => request.operation !== 'Login7')
        .map(({ response }) => (response as { rows?: number }).rows ?? 0);
      const total = asked.reduce((sum, answer) => sum + (answer.rows ?? 0), 0);
      expect(rows.reduce((sum, count) => sum + count, 0) - 2, side).toBe(total); // two rows of the prepared statement
    }
    expect(JSON.stringify(seen.map(({ request, attributes }) => [request, attributes]))).not.toMatch(/secret|hunter22/);
  });

  it.each(['7.1', '7.2', '7.4'])('has each question of FreeTDS in version %s', async (version) => {
    const all = await observe(CAPTURE, port, async () => {
      const client = spawn(
        'tsql',
        ['-H', '127.0.0.1', '-p', `${port}`, '-U', 'app', '-P', 'hunter22', '-D', 'master'],
        {
          env: { ...process.env, TDSVER: version },
          stdio: ['pipe', 'ignore', 'ignore'],
        },
      );
      client.stdin!.end(
        "SELECT * FROM sparse\ngo\nSELECT * FROM nowhere\ngo\nINSERT INTO orders VALUES (1, 'secret')\ngo\nexit\n",
      );
      await once(client, 'exit');
    });
    const seen = all.filter(({ side }) => side === 'server');
    expect(seen.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'PreLogin OK',
      'Login7 OK',
      'SELECT sparse OK',
      'SELECT nowhere 208',
      'INSERT orders OK',
    ]);
    expect(seen[1]!.request).toMatchObject({ version, resource: 'app', database: 'master' });
    expect(seen[2]!.response).toMatchObject({ rows: 2 });
    expect(seen[4]!.response).toMatchObject({ affectedRows: 3 });
  });
});
