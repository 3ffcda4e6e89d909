import { describe, expect, it } from 'vitest';
import { Param, paramOf } from './param-names.js';

const find = (name: string) => {
  const bytes = Buffer.from(`xx${name}yy`);
  return paramOf(bytes, 2, bytes.length - 2);
};

describe('names of parameters', () => {
  it('are known, each by itself', () => {
    for (const [name, param] of Object.entries(Param)) expect(find(name), name).toBe(param);
  });

  it('are no others, whatever they look like', () => {
    const others = ['', 'X', 'HTTP_COOKIE', 'HTTP_AUTHORIZATION', 'SERVER_PORTOCOL', 'request_method', 'HTTP_SW9'];
    for (const name of [...others, 'X'.repeat(500)]) expect(find(name), name).toBe(-1);
  });
});
