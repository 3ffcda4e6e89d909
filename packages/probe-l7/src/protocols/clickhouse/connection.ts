import { Since } from './revisions.js';

/**
 * Where a connection is, from the client's side.
 *
 * - `hello`: the client has not said who it is.
 * - `greeted`: it has, and the server has not answered.
 * - `addendum`: the server has, and the client may add to its Hello.
 * - `queries`: the client asks.
 */
export type Phase = 'hello' | 'greeted' | 'addendum' | 'queries';

/** What both directions of a connection know. */
export class ClickhouseConnection {
  phase: Phase = 'queries';
  /** What both sides understand; null until a Hello or a query tells. */
  revision: number | null = null;
  /** The oldest revision that lays out queries like those that were seen. */
  oldest = 0;
  /** Revision of the client's Hello, which the server's answer is laid out by. */
  clientRevision: number | null = null;
  /** The revision is certain: both Hellos were seen, or an answer was read to its end. */
  certain = false;
  database: string | null = null;
  user: string | null = null;
  /** Name of the server by itself, and its version: `23.8`. */
  serverVersion: string | null = null;
  /** An answer is being read, or was begun and lost: the client asks nothing before its end. */
  answering = false;
  /** Counts the client's requests: an answer that goes on after another request was never read to its end. */
  requests = 0;

  /** The revision isn't what was supposed: the next older one is, whose answers are laid out in another way. */
  doubt(): void {
    if (this.certain || this.revision === null) return;
    const { revision, oldest } = this;
    const older = ANSWER_LAYOUTS.find((layout) => layout <= revision && layout > oldest);
    this.revision = older === undefined ? null : older - 1;
  }
}

/** Revisions that changed the layout of answers, newest first. */
const ANSWER_LAYOUTS: readonly number[] = [
  Since.stringSizes,
  Since.rowsBeforeAggregation,
  Since.totalBytesInProgress,
  Since.elapsedInProgress,
  Since.customSerialization,
  Since.clientWriteInfo,
];
