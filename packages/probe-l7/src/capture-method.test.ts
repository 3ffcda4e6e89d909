import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureMethod } from './capture-method.js';

describe('captureMethod', () => {
  let directory: string;
  const kernel = (...names: string[]) => {
    const path = join(directory, names.join('-'));
    writeFileSync(path, `\x9f\xeb\x01\0${names.join('\0')}\0`);
    return path;
  };
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'sonde-btf-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('takes what the options say', () => {
    expect(captureMethod('syscall', kernel('btf_trace_sock_send_length'))).toBe('syscall');
    expect(captureMethod('socket', kernel('nothing'))).toBe('socket');
  });

  it('takes the socket layer where it has tracepoints, and system calls elsewhere', () => {
    expect(captureMethod('auto', kernel('x', 'btf_trace_sock_send_length'))).toBe('socket');
    expect(captureMethod('auto', kernel('x', 'btf_trace_sock_exceed_buf_limit'))).toBe('syscall');
    expect(captureMethod('auto', kernel('not_btf_trace_sock_send_length'))).toBe('syscall');
  });

  it('leaves it to the loader to complain where there is no type information', () => {
    expect(captureMethod('auto', '/nonexistent')).toBe('socket');
  });
});
