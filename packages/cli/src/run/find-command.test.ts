import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitStatusOf } from '../exit-status.js';
import { findCommand } from './find-command.js';

const folder = mkdtempSync(join(tmpdir(), 'command-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'first'));
mkdirSync(join(folder, 'second', 'directory'), { recursive: true });
writeFileSync(join(folder, 'first', 'tool'), '', { mode: 0o644 });
writeFileSync(join(folder, 'second', 'tool'), '', { mode: 0o755 });
writeFileSync(join(folder, 'first', 'text'), '', { mode: 0o644 });
const path = `${join(folder, 'first')}:${join(folder, 'second')}`;

function refusal(name: string) {
  try {
    findCommand(name, path);
  } catch (error) {
    return { ...(error as object), status: exitStatusOf(error) };
  }
  return null;
}

describe('a command', () => {
  it('is found in PATH, the first that can be executed', () => {
    expect(findCommand('tool', path)).toBe(join(folder, 'second', 'tool'));
  });

  it('is found by its path', () => {
    expect(findCommand(process.execPath, path)).toBe(process.execPath);
  });

  it('is found where there is no PATH', () => {
    expect(findCommand('sh', undefined)).toMatch(/\/sh$/);
  });

  it.each(['nosuchcmd', '/no/such/file', '', `${process.execPath}/below`])(
    "that isn't there, '%s', makes 127",
    (name) => {
      expect(refusal(name)).toMatchObject({ code: 'COMMAND_NOT_FOUND', status: 127 });
    },
  );

  it.each(['text', 'directory', '/'])("that can't be executed, %s, makes 126", (name) => {
    expect(refusal(name)).toMatchObject({ code: 'COMMAND_NOT_EXECUTABLE', status: 126 });
  });
});
