import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ChildCommand } from './child-command.js';

const folder = mkdtempSync(join(tmpdir(), 'child-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a command behind --', () => {
  it('keeps its pid and begins only when it is released', async () => {
    const file = join(folder, 'pid');
    writeFileSync(file, 'not yet');
    const child = await ChildCommand.start(['sh', '-c', 'echo $$ > "$0"', file]);
    expect(readFileSync(file, 'utf8')).toBe('not yet');
    child.release();
    expect(await child.status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(`${child.pid}\n`);
  });

  it.each([
    [0, ['true']],
    [7, ['sh', '-c', 'exit 7']],
    [127, ['/no/such/command']],
    [143, ['sh', '-c', 'kill -TERM $$']],
  ])('passes on the status %d', async (status, command) => {
    const child = await ChildCommand.start(command);
    child.release();
    expect(await child.status).toBe(status);
  });

  it('gets its arguments as they are', async () => {
    const file = join(folder, 'arguments');
    const child = await ChildCommand.start(['sh', '-c', 'printf "%s|" "$@" > "$0"', file, 'a b', '$HOME', "it's", '']);
    child.release();
    await child.status;
    expect(readFileSync(file, 'utf8')).toBe("a b|$HOME|it's||");
  });

  it('has no open gate when it runs', async () => {
    const child = await ChildCommand.start(['sh', '-c', 'test ! -e /proc/$$/fd/3']);
    child.release();
    expect(await child.status).toBe(0);
  });

  it('ends without having run when it is abandoned', async () => {
    const file = join(folder, 'abandoned');
    const child = await ChildCommand.start(['sh', '-c', 'touch "$0"', file]);
    child.abandon();
    expect(await child.status).toBe(125);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});
