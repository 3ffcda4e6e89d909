import { describe, expect, it } from 'vitest';
import { editDistance, nearestName, suggestion } from './nearest.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['kitten', 'sitting', 3],
    ['captureByte', 'captureBytes', 1],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearestName', () => {
  const keys = ['pid', 'comm', 'exe', 'port', 'cgroup', 'container'];

  it.each([
    ['prot', 'port'],
    ['PORT', 'port'],
    ['cont', 'container'],
    ['cgrp', 'cgroup'],
    ['com', 'comm'],
  ])('finds that %s means %s', (typed, meant) => {
    expect(nearestName(typed, keys)).toBe(meant);
  });

  it('suggests nothing when nothing is close', () => {
    expect(nearestName('namespace', keys)).toBeNull();
    expect(nearestName('x', [])).toBeNull();
    expect(suggestion('namespace', keys)).toBe('');
  });

  it('words a suggestion so that it can end a message', () => {
    expect(suggestion('prot', keys)).toBe("; did you mean 'port'?");
  });
});
