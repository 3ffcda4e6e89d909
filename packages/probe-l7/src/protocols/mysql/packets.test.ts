import type { Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { MysqlConnection } from './connection.js';
import { readGreeting, readLogin } from './login.js';
import { MysqlResponse } from './messages.js';
import { greeting, login, packet, prepareOk, text, u16, u32 } from './packets.fixture.js';
import { PacketReader, payloadLength } from './packets.js';
import { queryText } from './query-text.js';
import { columnCount, isEndOfRows, readOk, readPrepareOk } from './result-packets.js';

const inputOf = (content: string): Input => {
  const bytes = Uint8Array.from(Buffer.from(content, 'latin1'));
  return { bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length, at: 0 };
};
const reader = (content: string) => {
  const input = inputOf(content);
  return new PacketReader().from(input, 0, input.end);
};

describe('PacketReader', () => {
  it('reads length-encoded integers of every size', () => {
    const read = reader(`\x05\xfc\x01\x02\xfd\x01\x02\x03\xfe${u32(1)}${u32(1)}`);
    expect([read.integer(), read.integer(), read.integer(), read.integer()]).toEqual([
      5, 0x201, 0x30201, 0x1_0000_0001,
    ]);
    expect(read.overrun).toBe(false);
  });

  it('gives zeros past the end, and says so', () => {
    const read = reader('\xfc\x01');
    expect(read.integer()).toBe(1);
    expect(read.overrun).toBe(true);
    expect(reader('').uint32()).toBe(0);
    expect(reader('abc').toZero()).toBe(-1);
  });

  it('knows that NULL and an error are no integers', () => {
    for (const marker of ['\xfb', '\xff']) {
      const read = reader(marker + '\0'.repeat(9));
      read.integer();
      expect(read.overrun).toBe(true);
    }
  });

  it('reads the length of a payload', () => {
    expect(payloadLength(inputOf(packet(3, 'x'.repeat(70_000))), 0)).toBe(70_000);
  });
});

describe('greetings and logins', () => {
  it('tell MariaDB from MySQL, and all capabilities', () => {
    const read = (version: string) => {
      const input = inputOf(greeting(version, 0x8123_f7df));
      return readGreeting(input, 4, input.end);
    };
    expect(read('8.0.36')).toEqual({ mariadb: false, capabilities: 0x8123_f7df });
    expect(read('5.5.5-10.11.6-MariaDB-1')).toMatchObject({ mariadb: true });
    expect(read('not a version')).toBeNull();
  });

  it('hold the password in each of its three forms, none of which is kept', () => {
    const head = (flags: number) => `${u32(flags)}${u32(1)}\x21${'\0'.repeat(23)}bob\0`;
    for (const content of [
      `${head(0x20_0208)}${text('secret')}shop\0`,
      `${head(0x8208)}\x06secretshop\0`,
      `${head(0x208)}secret\0shop\0`,
      `${head(0x8208)}\x06secretshop`,
    ]) {
      const input = inputOf(content);
      expect(readLogin(input, 0, input.end)).toMatchObject({ user: 'bob', database: 'shop', tls: false });
    }
  });

  it('ask for TLS before they name anybody', () => {
    const input = inputOf(`${u32(0x0a00)}${u32(1)}\x21${'\0'.repeat(23)}`);
    expect(readLogin(input, 0, input.end)).toMatchObject({ tls: true, user: null });
  });

  it('say null for what is not there', () => {
    const input = inputOf(login('').slice(4));
    expect(readLogin(input, 0, input.end)).toMatchObject({ user: null, database: null });
    expect(readLogin(inputOf('\x00\x02'), 0, 2)).toBeNull();
  });
});

describe('queryText', () => {
  const find = (content: string, agreed: boolean | null) => {
    const input = inputOf(content);
    return queryText(input, 0, input.end, agreed);
  };

  it('begins at once where nobody agreed on attributes', () => {
    expect(find('\x01\x01select', false)).toEqual({ start: 0, traceparent: null });
    expect(find('select 1', null)).toEqual({ start: 0, traceparent: null });
  });

  it('steps over attributes of every type', () => {
    const types = [1, 2, 3, 8, 5, 12, 0xfe, 6];
    const values = `a${'bb'}cccc${'d'.repeat(8)}${'e'.repeat(8)}\x04date${text('long')}`;
    const head = `\x08\x01\x80\x01${types.map((type) => u16(type) + text(`n${type}`)).join('')}`;
    expect(find(`${head}${values}select 1`, true)).toEqual({ start: head.length + values.length, traceparent: null });
  });

  it('takes no other text for a traceparent', () => {
    const head = `\x01\x01\0\x01${u16(0xfe)}${text('traceparent')}${text('x'.repeat(55))}`;
    expect(find(`${head}select 1`, true)).toMatchObject({ start: head.length, traceparent: null });
  });

  it('gives up on attributes that do not fit', () => {
    expect(find('\x05\x01\0\x01', true)).toBeNull();
    expect(find(`\x01\x01\0\x01${u16(0xfe)}${text('a')}\xfd\xff\xff\xff`, true)).toBeNull();
  });
});

describe('result packets', () => {
  it('count columns, and tell whether definitions follow', () => {
    const count = (content: string) => columnCount(inputOf(content), 0, content.length);
    expect([count('\x05'), count('\xfc\x00\x02')]).toEqual([5, 512]);
    expect([count('\x05\x01'), count('\x05\x00'), count('\x01\x01'), count('\x01\x00')]).toEqual([5, -5, 1, -1]); // MariaDB
    expect([count('\x01\x05'), count('\x00\x05')]).toEqual([5, -5]); // MySQL
    expect([count('\0'), count('\x05\x07'), count('hello')]).toEqual([null, null, null]);
  });

  it('end rows by their length', () => {
    expect([isEndOfRows(0xfe, 5, false), isEndOfRows(0xfe, 7, false), isEndOfRows(0xfe, 9, false)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isEndOfRows(0xfe, 40, true), isEndOfRows(0xfe, 0xff_ffff, true), isEndOfRows(0, 5, true)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('add up what several OK packets say, and mark one that was cut', () => {
    const response = new MysqlResponse();
    const input = inputOf(`\0\x03\0${u16(2)}${u16(1)}`);
    expect(readOk(input, 0, input.end, response, false)).toBe(2);
    readOk(input, 0, input.end, response, false);
    expect(response).toMatchObject({ affectedRows: 6, warnings: 2 });
    readOk(input, 0, 4, response, false);
    expect(response.truncated).toBe(true);
  });

  it('say how many definitions follow PREPARE_OK', () => {
    const read = (content: string) => readPrepareOk(inputOf(content), 0, content.length);
    expect(read(prepareOk(7, 2, 3))).toEqual({ statement: 7, columns: 2, parameters: 3 });
    expect(read(`${prepareOk(7, 2, 3)}\0`)).toEqual({ statement: 7, columns: 0, parameters: 0 });
    expect(read('\0\x07\0')).toBeNull();
  });
});

describe('MysqlConnection', () => {
  it('follows the database in use', () => {
    const connection = new MysqlConnection();
    for (const [sql, database] of [
      ['use shop', 'shop'],
      ['USE `my db` ;', 'my db'],
      ['update t set a = 1', 'my db'],
    ] as const) {
      connection.succeeded(3, sql);
      expect(connection.database).toBe(database);
    }
    connection.succeeded(2, 'other');
    expect(connection.database).toBe('other');
  });

  it('knows what both sides agreed on, and what nobody saw', () => {
    const connection = new MysqlConnection();
    expect(connection.agreed(0x20)).toBeNull();
    connection.clientCapabilities = 0x21;
    expect(connection.agreed(0x20)).toBe(true);
    connection.serverCapabilities = 0x01;
    expect([connection.agreed(0x20), connection.agreed(0x01)]).toEqual([false, true]);
  });
});
