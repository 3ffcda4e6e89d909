import type { Message } from '@sonde/core';

/** What a client asks, or what the server tells of a watch (`notification`). */
export interface ZookeeperRequest extends Message {
  kind: 'request' | 'oneway';
  /** Operation: `getData`; `connect` for a session, a four-letter word such as `ruok` as it is. */
  operation: string;
  /** Path; scheme of an `auth`; first path of a `multi`. */
  resource: string | null;
  /** Number of the operation; left out for sessions, notifications and four-letter words. */
  type?: number;
  /** Number that the client gave the request; negative for pings, authentication and watches of a new connection. */
  xid?: number;
  /** A watch is wanted. */
  watch?: boolean;
  /** Version that the node has to have; -1 for any. */
  version?: number;
  /** Bytes of the node's data. */
  dataBytes?: number;
  /** Operations of a `multi`, at most 64 by name. */
  operations?: string[];
  operationCount?: number;
  /** Session to go on with, in hexadecimal; `0x0` for a new one. */
  sessionId?: string;
  timeoutMs?: number;
  /** Event of a notification: `NodeDataChanged`. */
  event?: string;
}

/** A reply of the server. */
export interface ZookeeperResponse extends Message {
  kind: 'response';
  xid?: number;
  /** Last transaction that the server has seen, in hexadecimal. */
  zxid?: string;
  /** 0, or the code of an error; of a multi the first that was its own fault. Null for four-letter words. */
  errorCode: number | null;
  /** Path that was created: the name of a sequential node is the server's. */
  path?: string;
  dataBytes?: number;
  version?: number;
  childCount?: number;
  operationCount?: number;
  sessionId?: string;
  timeoutMs?: number;
  /** A four-letter word that the server doesn't carry out. */
  refused?: boolean;
}

/** What keeps the parser in step. */
export interface ZookeeperControl extends Message {
  kind: 'control';
}

/** Any message of a connection. */
export type ZookeeperMessage = ZookeeperRequest | ZookeeperResponse | ZookeeperControl;

/** Most requests with the same special xid that may wait. */
const MAX_SPECIAL = 64;

/** What both directions of a connection share. */
export class ZookeeperConnection {
  /** The four-letter word that is all of this connection. */
  command: string | null = null;
  /** Highest xid that was answered: replies come in the order of requests. */
  lastReply = 0;
  /** Ids of requests whose xid isn't their own, by xid, oldest first: replies come in order. */
  readonly #special = new Map<number, number[]>();
  #nextId = -1000;
  #started = 0;

  /** Takes down a request with a special xid; gives it an id of its own. */
  ask(xid: number): number {
    let ids = this.#special.get(xid);
    if (ids === undefined) {
      ids = [];
      this.#special.set(xid, ids);
    }
    if (ids.length >= MAX_SPECIAL) ids.shift();
    const id = this.#nextId--;
    ids.push(id);
    return id;
  }

  /** Whether a request with this special xid waits. */
  waits(xid: number): boolean {
    return (this.#special.get(xid)?.length ?? 0) > 0;
  }

  /** Id of the request that a reply with this special xid answers. */
  answered(xid: number): number | undefined {
    return this.#special.get(xid)?.shift();
  }

  /** A direction is read from its beginning, or anew after a loss: what waits may have been answered in the hole. */
  begin(mark: 1 | 2): void {
    if ((this.#started & mark) !== 0) this.#special.clear();
    this.#started |= mark;
  }
}

/** Stands for the xid of a request for a session. */
export const CONNECT = -100;
