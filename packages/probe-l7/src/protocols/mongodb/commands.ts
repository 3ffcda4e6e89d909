/** Commands whose first value, if it is a string, names a collection. Of all others it may be anything: a user, a script. */
const ON_COLLECTION = new Set(
  `aggregate analyze bulkWrite checkShardingIndex cleanupOrphaned cloneCollectionAsCapped collMod collStats compact
  convertToCapped count create createIndexes createSearchIndexes delete distinct drop dropIndexes dropSearchIndex
  estimatedDocumentCount find findAndModify findandmodify geoNear geoSearch group insert killCursors listIndexes
  listSearchIndexes mapReduce mapreduce parallelCollectionScan planCacheClear planCacheClearFilters
  planCacheListFilters planCacheSetFilter reIndex setIndexCommitQuorum touch update updateSearchIndex validate`.split(
    /\s+/,
  ),
);

/** Commands whose first value names a collection with its database. */
const ON_NAMESPACE = new Set(
  `abortReshardCollection commitReshardCollection dataSize getShardVersion moveChunk refineCollectionShardKey
  renameCollection reshardCollection shardCollection split splitVector unshardCollection`.split(/\s+/),
);

/** Whether the string in the command is a collection (`collection`), a collection with its database, or neither. */
export function targetOf(command: string): 'collection' | 'namespace' | null {
  if (ON_COLLECTION.has(command)) return 'collection';
  return ON_NAMESPACE.has(command) ? 'namespace' : null;
}

/** Commands by which a client watches a server; their further replies are no work of the client's. */
export function isMonitoring(command: string | null): boolean {
  return command === 'hello' || command === 'isMaster' || command === 'ismaster';
}

/** The write whose documents are sent as this sequence, or null. */
export function writeOf(sequence: string): string | null {
  switch (sequence) {
    case 'documents':
      return 'insert';
    case 'updates':
      return 'update';
    case 'deletes':
      return 'delete';
    case 'ops':
      return 'bulkWrite';
    default:
      return null;
  }
}

/** Longest name of a command that is believed. */
const LONGEST_COMMAND = 64;

/** Whether a text may name a command: a letter, `_` or `$`, then letters, digits and `_`. */
export function isCommandName(name: string): boolean {
  if (name.length === 0 || name.length > LONGEST_COMMAND) return false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    const digit = code >= 0x30 && code <= 0x39;
    if (!letter && code !== 0x5f && !(at === 0 ? code === 0x24 : digit)) return false;
  }
  return true;
}
