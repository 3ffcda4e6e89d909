import { describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.js';

function budgetOf(limit: number) {
  const gone: string[] = [];
  return { gone, budget: new ByteBudget<string>(limit, (holder) => gone.push(holder)) };
}

describe('a budget of bytes', () => {
  it('is kept by whoever has held longest, as many as it takes', () => {
    const { budget, gone } = budgetOf(100);
    for (const holder of ['a', 'b', 'c']) budget.settle(holder, 30);
    budget.settle('a', 35);
    expect([budget.total, gone]).toEqual([95, []]);
    budget.settle('d', 60);
    expect([budget.total, gone]).toEqual([90, ['a', 'b']]);
  });

  it('forgets who holds nothing, and whoever holds again has held for less long', () => {
    const { budget, gone } = budgetOf(100);
    budget.settle('a', 50);
    budget.settle('b', 50);
    budget.settle('a', 0);
    expect(budget.total).toBe(50);
    budget.settle('a', 40);
    budget.settle('c', 20);
    expect([budget.total, gone]).toEqual([60, ['b']]);
  });

  it('is asked of a single holder, too', () => {
    const { budget, gone } = budgetOf(100);
    budget.settle('a', 101);
    expect([budget.total, gone]).toEqual([0, ['a']]);
    budget.settle('a', 0);
    expect([budget.total, gone]).toEqual([0, ['a']]);
  });
});
