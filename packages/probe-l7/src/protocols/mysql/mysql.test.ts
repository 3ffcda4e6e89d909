import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { mysql } from './index.js';
import type { MysqlResponse } from './messages.js';
import {
  column,
  command,
  end,
  eof,
  error,
  execute,
  greeting,
  login,
  ok,
  packet,
  packets,
  prepare,
  prepareOk,
  query,
  resultSet,
  sample,
  text,
  u16,
  u32,
} from './packets.fixture.js';

const open = (options = {}) => new Conversation({ protocols: [mysql], mask: false, ...options });

/** Operation, resource, status and what the answer counts, in a line. */
function line(exchange: Exchange): string {
  const { operation, resource } = exchange.request;
  const { result, rows, affectedRows, results } = (exchange.response ?? {}) as Partial<MysqlResponse>;
  const counted = [
    result === 'OK' || result === 'ERR' ? null : result,
    rows === undefined ? null : `${rows} rows`,
    affectedRows ? `${affectedRows} changed` : null,
    results === undefined ? null : `${results} results`,
  ];
  const answer = counted.filter((part) => part != null).join(', ');
  return `${operation} ${resource} > ${exchange.status}${answer === '' ? '' : ` (${answer})`}`;
}

describe('mysql, recorded from a server', () => {
  it('reads texts, errors, a change of user and of database', () => {
    const seen = open().play(sample('text')).close();
    expect(seen.map(line)).toEqual([
      'login root > OK',
      'QUERY select 1 > OK (RESULTSET, 1 rows)',
      'CHANGE_USER root > OK',
      "QUERY insert into orders(name,amount) values ('a',1),('b',2) > OK (2 changed)",
      'QUERY select * from orders > OK (RESULTSET, 2 rows)',
      'QUERY select * from missing > 1146',
      'QUERY selec 1 > 1064',
      "QUERY insert into orders(name) values ('a') > 1062",
      'PING null > OK',
      'QUERY use mysql > OK',
      'QUERY select 2 > OK (RESULTSET, 1 rows)',
      "QUERY select name from shop.orders where name='zzz' > OK (RESULTSET, 0 rows)",
      'QUIT null > null',
    ]);
    const databases = seen.map((exchange) => exchange.attributes['db.namespace']);
    expect([databases[1], databases[3], databases[9], databases[10]]).toEqual([undefined, 'shop', 'shop', 'mysql']);
    expect(seen[1]!.attributes['db.system.name']).toBe('mariadb');
  });

  it('reads several results as one answer', () => {
    expect(open().play(sample('multi')).close().map(line)).toEqual([
      'login root > OK',
      'QUERY select 1; update orders set amount=4; select * from orders > OK (RESULTSET, 3 rows, 2 changed, 3 results)',
      'QUERY call twice() > OK (RESULTSET, 2 rows, 3 results)',
      'QUERY select 1; select * from nix; select 2 > 1146 (1 rows, 2 results)',
      'QUERY select 7 > OK (RESULTSET, 1 rows)',
      'QUIT null > null',
    ]);
  });

  it('reads prepared statements, and knows their text', () => {
    const seen = open().play(sample('prepared')).close();
    expect(seen.map(line)).toEqual([
      'login root > OK',
      'STMT_PREPARE select * from orders where name=? > OK (PREPARE_OK)',
      'STMT_EXECUTE select * from orders where name=? > OK (RESULTSET, 1 rows)',
      'STMT_EXECUTE select * from orders where name=? > OK (RESULTSET, 1 rows)',
      'STMT_EXECUTE select * from orders where name=? > OK (RESULTSET, 1 rows)',
      'STMT_PREPARE insert into orders(name) values (?) > OK (PREPARE_OK)',
      'STMT_EXECUTE insert into orders(name) values (?) > OK (1 changed)',
      'STMT_PREPARE select * from nix where a=? > 1146',
      'STMT_PREPARE select ? + 1 > OK (PREPARE_OK)',
      'STMT_EXECUTE select ? + 1 > OK (RESULTSET, 1 rows)',
      'STMT_CLOSE null > null',
      'STMT_PREPARE select 1/? > OK (PREPARE_OK)',
      'STMT_EXECUTE select 1/? > OK (RESULTSET, 1 rows)',
      'STMT_PREPARE commit > OK (PREPARE_OK)',
      'STMT_EXECUTE commit > OK',
      'QUIT null > null',
    ]);
    expect(seen[9]!.request).toMatchObject({ statementId: 4 });
    expect(seen[12]!.response).toMatchObject({ warnings: 1 });
  });

  it("reads MariaDB's pipelining, its left-out definitions and its last statement", () => {
    const seen = open().play(sample('mariadb-pipelined')).close().map(line);
    expect(seen).toHaveLength(27);
    expect(seen.slice(2, 10)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `QUERY select ${n} as n > OK (RESULTSET, 1 rows)`),
    );
    expect(seen.slice(10, 22)).toEqual([
      'STMT_PREPARE select * from orders where name=? > OK (PREPARE_OK)',
      'STMT_EXECUTE select * from orders where name=? > OK (RESULTSET, 1 rows)',
      'STMT_EXECUTE select * from orders where name=? > OK (RESULTSET, 1 rows)',
      'QUERY select * from nix > 1146',
      'QUERY select 1 > OK (RESULTSET, 1 rows)',
      'STMT_PREPARE select ? > OK (PREPARE_OK)',
      'STMT_EXECUTE select ? > OK (RESULTSET, 1 rows)',
      'QUERY select 9 > OK (RESULTSET, 1 rows)',
      'STMT_PREPARE insert into orders(name) values (?) > OK (PREPARE_OK)',
      'STMT_BULK_EXECUTE insert into orders(name) values (?) > OK (3 changed)',
      'PING null > OK',
      'RESET_CONNECTION null > OK',
    ]);
  });

  it('steps over a file that the client sends', () => {
    const seen = open().play(sample('infile')).close();
    expect(seen.map((exchange) => exchange.name)).toEqual(['login', 'LOAD', 'SELECT', 'QUIT']);
    expect(seen[1]!.response).toMatchObject({ result: 'OK', affectedRows: 3 });
  });

  it('reads a refused login', () => {
    const [exchange] = open().play(sample('refused')).close();
    expect(exchange).toMatchObject({ name: 'login', status: 1045, error: '1045' });
    expect(exchange!.response).toMatchObject({ sqlState: '28000' });
  });

  it('reads a compressed connection up to its login, and invents nothing behind it', () => {
    const talk = open().play(sample('compressed'));
    expect(talk.close().map(line)).toEqual(['login root > OK']);
    expect(talk.stats).toMatchObject({ desyncs: 0, parseErrors: {} });
  });

  it.each(['text', 'multi', 'prepared', 'mariadb-pipelined', 'infile', 'refused', 'compressed'])(
    'reads %s alike in pieces of any size',
    (name) => {
      const whole = open().play(sample(name)).close().map(line);
      for (const size of [1, 2, 3, 4, 5, 7, 11, 64, 1000]) {
        const talk = open().play(sample(name), size);
        expect(talk.close().map(line)).toEqual(whole);
        expect(talk.stats).toMatchObject({ desyncs: 0, parserFaults: 0, parseErrors: {}, unmatched: {} });
      }
    },
  );
});

describe('mysql, opening a connection', () => {
  it('names user and database, and keeps nothing of passwords', () => {
    const talk = open().server(greeting()).client(login('bob', 'shop')).server(packet(2, ok()));
    talk.client(query('select 1')).server(resultSet(1, ['1']));
    const [first, second] = talk.close();
    expect(first!.request).toMatchObject({ operation: 'login', resource: 'bob', database: 'shop' });
    expect(second!.attributes).toMatchObject({ 'db.namespace': 'shop', 'db.system.name': 'mysql' });
    expect(JSON.stringify(first!.request)).not.toContain('hunter');
  });

  it('follows a change of the authentication, and its rounds', () => {
    const talk = open().server(greeting()).client(login('bob'));
    talk.server(packet(2, '\xfecaching_sha2_password\0salt')).client(packet(3, 'scramble'));
    talk
      .server(packet(4, '\x01\x04'))
      .client(packet(5, '\x02'))
      .server(packet(6, '\x01key'))
      .client(packet(7, 'secret'));
    talk
      .server(packet(8, ok()))
      .client(query('select 1'))
      .server(resultSet(1, ['1']));
    expect(talk.close().map(line)).toEqual(['login bob > OK', 'QUERY select 1 > OK (RESULTSET, 1 rows)']);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('leaves an encrypted connection alone', () => {
    const wish = packet(1, `${u32(0xa200 | 0x800)}${u32(1)}\x21${'\0'.repeat(23)}`);
    const talk = open().server(greeting()).client(wish).client('\x16\x03\x01hello').server('\x16\x03\x03hello');
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('passes over a server that has no place left', () => {
    const talk = open().server(packet(0, error(1040, '08004', 'Too many connections')));
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('reads the login of clients before 4.1', () => {
    const old = packet(1, `${u16(0x0008)}\0\0\x01alice\0passwd\0shop\0`);
    const [exchange] = open().server(greeting('5.0.1')).client(old).server(packet(2, ok())).close();
    expect(exchange!.request).toMatchObject({ resource: 'alice', database: 'shop' });
  });
});

describe('mysql, answers', () => {
  const ask = (answer: string, asked = query('select 1')) => {
    const talk = open({ fromStart: false }).client(asked).server(answer);
    talk.client(query('select 2')).server(resultSet(1, ['x']));
    const seen = talk.close();
    expect(seen.map(line).at(-1)).toBe('QUERY select 2 > OK (RESULTSET, 1 rows)');
    expect(talk.stats).toMatchObject({ desyncs: 0, parseErrors: {} });
    return seen[0]!;
  };

  it('ends rows with EOF, or with OK in its place', () => {
    expect(line(ask(resultSet(1, ['a', 'b'])))).toContain('2 rows');
    expect(line(ask(packets(1, '\x01', column('a'), text('a'), text('b'), end())))).toContain('2 rows');
    expect(line(ask(packets(1, '\x01', column('a'), end())))).toContain('0 rows');
    expect(line(ask(packets(1, '\x01', column('a'), eof(), eof())))).toContain('0 rows');
  });

  it('takes no row for an end: one that begins with NULL, one that looks like EOF but is long', () => {
    const long = `\xfe${'\0'.repeat(8)}`;
    expect(line(ask(packets(1, '\x01', column('a'), eof(), '\xfb', `${long}xx`, eof())))).toContain('2 rows');
  });

  it('ends with an error among the rows', () => {
    const broken = ask(packets(1, '\x01', column('a'), eof(), text('a'), error(1317, '70100', 'interrupted')));
    expect(broken).toMatchObject({ status: 1317, response: { rows: 1, result: 'ERR' } });
  });

  it('goes on behind a progress report', () => {
    const progress = `\xff${u16(0xffff)}\x01\x02\x03\0\0\0\x05stage`;
    expect(line(ask(packets(1, progress, progress, ok(3)), query('alter table t')))).toContain('3 changed');
    expect(line(ask(packets(1, '\x01', column('a'), eof(), progress, text('a'), eof())))).toContain('1 rows');
  });

  it('sends no rows where a cursor was opened, and those that are fetched later', () => {
    const cursor = ask(packets(1, '\x01', column('a'), eof(0x42)), execute(5));
    expect(cursor.response).toMatchObject({ result: 'RESULTSET', rows: 0 });
    const fetched = ask(packets(1, '\0\0a', '\0\0b', eof(0x82)), command(0x1c, u32(5) + u32(2)));
    expect(line(fetched)).toBe('STMT_FETCH null > OK (RESULTSET, 2 rows)');
  });

  it('reads what follows PREPARE_OK, with and without EOF packets', () => {
    const both = packets(1, prepareOk(9, 1, 2), column('?'), column('?'), eof(), column('a'), eof());
    const none = packets(1, prepareOk(9, 1, 2), column('?'), column('?'), column('a'));
    const parameters = packets(1, prepareOk(9, 0, 1), column('?'), eof());
    const nothing = packets(1, prepareOk(9, 0, 0));
    for (const answer of [both, none, parameters, nothing]) {
      expect(ask(answer, prepare('select ?')).response).toMatchObject({ result: 'PREPARE_OK', statementId: 9 });
    }
  });

  it('reads definitions that a client of FIELD_LIST gets', () => {
    const listed = ask(packets(1, column('a'), column('b'), eof()), command(4, 'orders\0%'));
    expect(line(listed)).toBe('FIELD_LIST orders > OK (RESULTSET)');
  });

  it('reads EOF as OK, and a line of statistics', () => {
    expect(line(ask(packet(1, eof()), command(0x1b, u16(0))))).toBe('SET_OPTION null > OK');
    expect(line(ask(packet(1, 'Uptime: 5'), command(9)))).toBe('STATISTICS null > OK (TEXT)');
  });

  it('reads column counts of any size', () => {
    const many = packets(1, '\xfc\x2c\x01', ...Array.from({ length: 300 }, () => column('a')), eof(), text('x'), eof());
    expect(line(ask(many))).toContain('1 rows');
  });

  it('lets sequence numbers begin anew after 255', () => {
    expect(
      line(
        ask(
          resultSet(
            1,
            Array.from({ length: 700 }, (_, n) => `${n}`),
          ),
        ),
      ),
    ).toContain('700 rows');
  });

  it('says that a binary log began, and steps over it', () => {
    const talk = open({ fromStart: false }).client(command(0x12, `${u32(4)}${u16(0)}${u32(9)}mysql-bin.1`));
    for (let i = 1; i < 600; i++) talk.server(packet(i & 0xff, `\0${'e'.repeat(30)}`));
    expect(talk.close().map(line)).toEqual(['BINLOG_DUMP null > OK (STREAM)']);
    expect(talk.stats.unmatched).toEqual({});
  });
});

describe('mysql, commands', () => {
  it('reports those without an answer on their own', () => {
    const talk = open({ fromStart: false })
      .client(command(0x19, u32(3)))
      .client(command(0x18, `${u32(3)}${u16(0)}data`));
    talk.client(command(1));
    expect(talk.close().map(line)).toEqual([
      'STMT_CLOSE null > null',
      'STMT_SEND_LONG_DATA null > null',
      'QUIT null > null',
    ]);
  });

  it('reads attributes before a statement, and the trace that they carry', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const attributes = `\x01\x01\0\x01${u16(0xfe)}${text('traceparent')}${text(traceparent)}`;
    const talk = open({ fromStart: false })
      .client(query(`${attributes}select 1`))
      .server(resultSet(1, ['1']));
    talk.client(query('\0\x01select 2')).server(resultSet(1, ['2']));
    const [first, second] = talk.close();
    expect(first!.request).toMatchObject({ resource: 'select 1', traceparent });
    expect(second!.request).toMatchObject({ resource: 'select 2' });
  });

  it('counts a payload of 16 MiB and more as one command', () => {
    const sql = `select '${'x'.repeat(0xff_ffff)}'`;
    const payload = `\x03${sql}`;
    const sent = packet(0, payload.slice(0, 0xff_ffff)) + packet(1, payload.slice(0xff_ffff));
    const talk = open({ fromStart: false })
      .client(sent)
      .server(resultSet(2, ['1']));
    const [exchange] = talk.close();
    expect(exchange).toMatchObject({ status: 'OK', request: { truncated: true } });
    expect(exchange!.requestTiming.bytes).toBe(sent.length);
  });

  it('reads strings as the last answer says: NO_BACKSLASH_ESCAPES on or off, or unknown', () => {
    const talk = open({ fromStart: false, mask: true });
    const ask = () => talk.client(query("select 'C:\\'\\'a'"));
    ask().server(packet(1, ok(0, 0x0202)));
    ask().server(packet(1, ok(0, 0x0002)));
    ask().server(packet(1, ok(0, 0x0002)));
    expect(talk.close().map(({ request }) => request.resource)).toEqual(['select ?', 'select ?\\?', 'select ?']);
  });

  it('masks literals, also in errors, and keeps names', () => {
    const talk = open({ fromStart: false, mask: true }).client(query("insert into t values ('s3cret', 5)"));
    talk.server(packet(1, error(1062, '23000', "Duplicate entry 's3cret' for key 'a'")));
    talk.client(command(2, 'gone')).server(packet(1, error(1049, '42000', "Unknown database 'gone'")));
    const [first, second] = talk.close();
    expect(first!.request.resource).toBe('insert into t values (?, ?)');
    expect((first!.response as MysqlResponse).message).toBe("Duplicate entry ? for key 'a'");
    expect((second!.response as MysqlResponse).message).toBe("Unknown database 'gone'");
  });

  it('forgets statements that were closed, and all of them with a reset', () => {
    const talk = open({ fromStart: false })
      .client(prepare('select 1'))
      .server(packets(1, prepareOk(1, 0, 0)));
    talk
      .client(command(0x19, u32(1)))
      .client(execute(1))
      .server(packet(1, error(1243, 'HY000', 'Unknown statement')));
    talk
      .client(prepare('select 2'))
      .server(packets(1, prepareOk(2, 0, 0)))
      .client(command(0x1f))
      .server(packet(1, ok()));
    talk.client(execute(2)).server(packet(1, error(1243, 'HY000', 'Unknown statement')));
    const executed = talk.close().filter((exchange) => exchange.request.operation === 'STMT_EXECUTE');
    expect(executed.map((exchange) => exchange.request.resource)).toEqual([null, null]);
  });
});
