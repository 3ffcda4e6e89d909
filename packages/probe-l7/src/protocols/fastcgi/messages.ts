import type { Message } from '@sonde/core';
import type { PROTOCOL_STATUS, ROLES } from './records.js';

/** What a web server asks of an application. Fields that no parameter told are null; trace fields are left out. */
export interface FastcgiRequest extends Message {
  kind: 'request';
  /** Request id: what ties the answer to it. 0 for questions to the application as such. */
  id: number;
  /** Method of the HTTP request, or `GET_VALUES`. */
  operation: string | null;
  /** Target of the HTTP request, or the script's path with its query, with secret query values masked. */
  resource: string | null;
  /** Null for `GET_VALUES`. */
  role: (typeof ROLES)[number] | null;
  /** Whether the connection stays open. */
  keepConnection: boolean;
  /** Value of `HTTP_HOST`, or of `SERVER_NAME`. */
  host: string | null;
  scheme: string | null;
  /** Value of `SCRIPT_FILENAME`. */
  script: string | null;
  /** Value of `SERVER_PROTOCOL`: `HTTP/1.1`. */
  version: string | null;
  userAgent: string | null;
  contentType: string | null;
  /** Value of `CONTENT_LENGTH`. */
  contentLength: number | null;
  /** Bytes of STDIN, so far as they came; null where a part of it went unseen. */
  bodySize: number | null;
  /** The web server gave the request up. */
  aborted?: boolean;
  /** B3 propagation in its single-header form. */
  b3?: string;
  /** SkyWalking's `sw8`. */
  sw8?: string;
  /** Value of `HTTP_X_REQUEST_ID`. */
  requestId?: string;
}

/** What the application answers. */
export interface FastcgiResponse extends Message {
  kind: 'response';
  id: number;
  /** Of the `Status` field that STDOUT begins with; 200 without one; null where no head came. */
  status: number | null;
  contentType: string | null;
  /** Bytes of STDOUT behind the head, so far as they came; null where a part of it went unseen. */
  bodySize: number | null;
  /** Bytes of STDERR. */
  stderrSize: number;
  /** Exit status of the application, or null where its end wasn't seen. */
  appStatus: number | null;
  /** Null where the end wasn't seen. */
  protocolStatus: (typeof PROTOCOL_STATUS)[number] | null;
}

/** A record that belongs to no exchange. */
export interface FastcgiControl extends Message {
  kind: 'control';
}

/** Any message of a connection. */
export type FastcgiMessage = FastcgiRequest | FastcgiResponse | FastcgiControl;

/** The one control message: it says nothing, so that one object serves all connections. */
export const CONTROL: FastcgiControl = Object.freeze({ kind: 'control' });

/** What stands for a request of which nothing is known yet. */
export function createRequest(id: number): FastcgiRequest {
  return {
    kind: 'request',
    id,
    operation: null,
    resource: null,
    role: null,
    keepConnection: false,
    host: null,
    scheme: null,
    script: null,
    version: null,
    userAgent: null,
    contentType: null,
    contentLength: null,
    bodySize: 0,
  };
}

/** What stands for an answer of which nothing is known yet. */
export function createResponse(id: number): FastcgiResponse {
  return {
    kind: 'response',
    id,
    status: null,
    contentType: null,
    bodySize: 0,
    stderrSize: 0,
    appStatus: null,
    protocolStatus: null,
  };
}
