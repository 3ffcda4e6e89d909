import { expect, describe as group, it } from 'vitest';
import { attributes, describe } from './describe.js';
import { errorName, eventName, isErrorCode } from './errors.js';
import type { ZookeeperRequest, ZookeeperResponse } from './messages.js';
import { fitsXid, operationName } from './operations.js';

const request = (operation: string, more: Partial<ZookeeperRequest> = {}): ZookeeperRequest => {
  return { kind: 'request', operation, resource: null, ...more };
};
const response = (errorCode: number | null, more: Partial<ZookeeperResponse> = {}): ZookeeperResponse => {
  return { kind: 'response', id: 1, errorCode, ...more };
};

group('a zookeeper exchange', () => {
  it.each([
    [request('getData', { resource: '/a' }), response(0), 'getData', 0, null],
    [request('getData', { resource: '/a' }), response(-101), 'getData', -101, 'NONODE'],
    [request('getData', { resource: '/a' }), null, 'getData', null, null],
    [request('notification', { event: 'NodeDeleted' }), null, 'notification NodeDeleted', null, null],
    [request('ruok'), response(null), 'ruok', null, null],
    [request('wchs'), response(null, { refused: true }), 'wchs', null, 'refused'],
    [request('create'), response(-199), 'create', -199, '-199'],
  ])('has a name, a status and an error: %o, %o', (asked, answer, name, status, error) => {
    expect(describe(asked, answer)).toEqual({ name, status, error });
    expect(attributes(asked, answer)['error.type']).toBe(error ?? undefined);
  });

  it('has its path in its attributes, and of an auth nothing', () => {
    expect(attributes(request('getData', { resource: '/a' }), response(0))).toEqual({
      'db.system.name': 'zookeeper',
      'db.operation.name': 'getData',
      'db.response.status_code': '0',
      'zookeeper.path': '/a',
    });
    expect(attributes(request('auth', { resource: 'digest' }), null)).toEqual({
      'db.system.name': 'zookeeper',
      'db.operation.name': 'auth',
    });
  });
});

group('the numbers of zookeeper', () => {
  it('have names', () => {
    expect([-11, 1, 4, 14, 107].map(operationName)).toEqual(['closeSession', 'create', 'getData', 'multi', 'whoAmI']);
    expect(operationName(10)).toBeUndefined();
    expect([-4, -112, -125].map(errorName)).toEqual(['CONNECTIONLOSS', 'SESSIONEXPIRED', 'QUOTAEXCEEDED']);
    expect([0, -101, 1, -50].map(isErrorCode)).toEqual([true, true, false, false]);
    expect([eventName(3), eventName(0)]).toEqual(['NodeDataChanged', undefined]);
  });

  it('of requests are special for certain operations only', () => {
    expect([fitsXid(-2, 11), fitsXid(-4, 100), fitsXid(-8, 101), fitsXid(-8, 105), fitsXid(0, 4)]).not.toContain(false);
    expect([fitsXid(-2, 4), fitsXid(-4, 11), fitsXid(-8, 1), fitsXid(-1, 4), fitsXid(-3, 4)]).not.toContain(true);
  });
});
