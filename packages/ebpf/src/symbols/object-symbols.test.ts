import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { buildElf, buildNote, buildSymbols, type SectionSpec, type SymbolSpec } from '../elf/fixtures/build-elf.js';
import { mappedObjects } from './mapped-objects.js';
import { ObjectSymbols } from './object-symbols.js';

const base = 0x400000;

/** A file whose loaded segment begins with the given code at 0x1000. */
function object(symbols: SymbolSpec[], code: string, more: SectionSpec[] = []): ObjectSymbols {
  const padding = new Uint8Array(0x1000);
  const text = new Uint8Array([...padding, ...Buffer.from(code, 'hex')]);
  const bytes = buildElf([{ name: '.text', type: 1, data: text }, ...buildSymbols('dynsym', symbols, 3), ...more]);
  return ObjectSymbols.from(bytes, '/lib/test.so');
}

/** Where the code of {@link object} lies: behind the headers. */
const textAt = Math.ceil((64 + 56) / 8) * 8 + 0x1000;

function xz(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(execFileSync('xz', ['--stdout'], { input: bytes }));
}

describe('plan', () => {
  it('steps over endbr64 and tells what comes behind it', () => {
    const symbols = object([{ name: 'f', value: base + textAt, size: 9 }], 'f30f1efa55');
    expect(symbols.plan('f')).toEqual({
      symbol: 'f',
      path: '/lib/test.so',
      offset: textAt + 4,
      steppedOver: 4,
      instruction: { kind: 'push', length: 1, emulated: true },
    });
  });

  it('stays at the start where there is no landing pad', () => {
    const symbols = object([{ name: 'f', value: base + textAt }], '4883ec18');
    expect(symbols.plan('f')).toMatchObject({
      offset: textAt,
      steppedOver: 0,
      instruction: { kind: 'other', emulated: false },
    });
  });

  it('stays in a function that is nothing but a landing pad', () => {
    const symbols = object([{ name: 'f', value: base + textAt, size: 4 }], 'f30f1efacc');
    expect(symbols.plan('f')).toMatchObject({ offset: textAt, steppedOver: 0 });
  });

  it('reads no further than the file', () => {
    const empty = ObjectSymbols.from(buildElf(buildSymbols('symtab', [{ name: 'f', value: base + 1 }], 2)), 'x');
    expect(() => empty.plan('f')).not.toThrow();
  });

  it.each([
    ['g', 'SYMBOL_NOT_FOUND'],
    ['chosen', 'SYMBOL_INDIRECT'],
    ['elsewhere', 'SYMBOL_NOT_IN_FILE'],
  ])('refuses %s with %s', (name, code) => {
    const symbols = object(
      [
        { name: 'chosen', value: base + textAt, type: 10 },
        { name: 'elsewhere', value: 0x10 },
      ],
      '55',
    );
    expect(() => symbols.plan(name)).toThrow(expect.objectContaining({ code }));
    expect(symbols.planAll((candidate) => candidate === name)).toEqual([]);
  });

  it('says that a file is stripped', () => {
    const stripped = ObjectSymbols.from(buildElf([]), '/bin/stripped');
    expect(() => stripped.plan('main')).toThrow(
      expect.objectContaining({
        hint: 'the file is stripped of all names',
        message: '/bin/stripped has no function main',
      }),
    );
  });

  it('agrees with a real library: the planned place lies inside the function’s code', () => {
    const libc = mappedObjects(process.pid).find((candidate) => /libc\.so/.test(candidate.path))!;
    using symbols = ObjectSymbols.open(libc.file);
    const symbol = symbols.find('malloc')!;
    const plan = symbols.plan('malloc');
    expect(plan.path).toBe(libc.file);
    expect(plan.offset - plan.steppedOver).toBe(symbols.fileOffset(symbol.value));
    expect(plan.steppedOver).toBeLessThan(symbol.size);
    expect(plan.instruction.kind).not.toBe('endbr64');
  });
});

describe('functions', () => {
  it('gives each address once, under its first name', () => {
    const symbols = object(
      [
        { name: 'SSL_read', value: base + textAt },
        { name: 'SSL_read_alias', value: base + textAt },
        { name: 'SSL_write', value: base + textAt + 1 },
      ],
      '5555',
    );
    expect(symbols.planAll((name) => name.startsWith('SSL_')).map((plan) => plan.symbol)).toEqual([
      'SSL_read',
      'SSL_write',
    ]);
  });

  it('come from .gnu_debugdata where .symtab was stripped', () => {
    const inner = buildElf(buildSymbols('symtab', [{ name: 'static_function', value: base + textAt }], 2));
    const symbols = object([{ name: 'exported', value: base + textAt }], '55', [
      { name: '.gnu_debugdata', type: 1, data: xz(inner) },
    ]);
    expect(symbols.plan('static_function')).toMatchObject({ path: '/lib/test.so', offset: textAt });
    expect(symbols.plan('exported').offset).toBe(textAt);
  });
});

describe('usdt', () => {
  it('turns addresses into offsets in the file, the semaphore’s too', () => {
    const data = new Uint8Array(24 + 12);
    const view = new DataView(data.buffer);
    view.setBigUint64(0, BigInt(base + textAt), true);
    view.setBigUint64(16, BigInt(base + textAt + 2), true);
    data.set(new TextEncoder().encode('app\0start\0'), 24);
    const symbols = object([], '9090', [{ name: '.note.stapsdt', type: 7, data: buildNote('stapsdt', 3, data) }]);
    expect(symbols.usdt()).toMatchObject([
      { provider: 'app', name: 'start', offset: textAt, semaphoreOffset: textAt + 2, arguments: '' },
    ]);
  });
});
