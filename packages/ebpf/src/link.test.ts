import { expect, test } from 'vitest';
import { attachAll, Link } from './link.js';

function native(log: string[], name: string) {
  return { fd: 3, close: () => log.push(name) };
}

test('a link is closed once, and tells its owner', () => {
  const log: string[] = [];
  const link = new Link('tp_btf/x', native(log, 'native'), () => log.push('owner'));
  expect(link.native.fd).toBe(3);
  link.close();
  link.close();
  link[Symbol.dispose]();
  expect(log).toEqual(['owner', 'native']);
  expect(() => link.native).toThrow('the link to tp_btf/x is closed');
});

test('several places are attached and detached as one', () => {
  const log: string[] = [];
  const link = attachAll(['a', 'b'].map((name) => () => native(log, name)));
  link.close();
  expect(log).toEqual(['a', 'b']);
});

test('if one of several places fails, none stays attached', () => {
  const log: string[] = [];
  const attempt = () =>
    attachAll([
      () => native(log, 'a'),
      () => {
        throw new Error('no');
      },
      () => native(log, 'c'),
    ]);
  expect(attempt).toThrow('no');
  expect(log).toEqual(['a']);
});
