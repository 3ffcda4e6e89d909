/**
 * Revisions of the protocol from which on a layout has a field more. Both sides use the smaller of the two revisions
 * that they named in their Hello packets.
 *
 * @see https://github.com/ClickHouse/ClickHouse/blob/master/src/Core/ProtocolDefines.h
 */
export const Since = {
  temporaryTables: 50_264,
  totalRowsInProgress: 51_554,
  blockInfo: 51_903,
  clientInfo: 54_032,
  serverTimezone: 54_058,
  quotaKeyInClientInfo: 54_060,
  displayName: 54_372,
  versionPatch: 54_401,
  clientWriteInfo: 54_420,
  settingsAsStrings: 54_429,
  interserverSecret: 54_441,
  openTelemetry: 54_442,
  forwardedFor: 54_443,
  referer: 54_447,
  distributedDepth: 54_448,
  queryStartTime: 54_449,
  parallelReplicas: 54_453,
  customSerialization: 54_454,
  addendum: 54_458,
  parameters: 54_459,
  elapsedInProgress: 54_460,
  passwordRules: 54_461,
  nonce: 54_462,
  totalBytesInProgress: 54_463,
  readOnlyTables: 54_467,
  rowsBeforeAggregation: 54_469,
  chunkedPackets: 54_470,
  replicaProtocol: 54_471,
  externalRoles: 54_472,
  serverSettings: 54_474,
  lineNumbers: 54_475,
  token: 54_476,
  queryPlans: 54_477,
  clusterFunctions: 54_479,
  clientAgent: 54_485,
  internalFlag: 54_486,
  currentRoles: 54_488,
  stringSizes: 54_492,
} as const;

/** The oldest revision whose queries are read: all servers since 2016 have it. */
export const OLDEST = Since.clientInfo;
/** No revision has ever been as large: beyond it, a number is none. */
export const NEWEST = 60_000;

/** Revisions that changed the layout of a query, newest first: what a query that nobody can date is tried with. */
export const QUERY_LAYOUTS: readonly number[] = [
  Since.currentRoles,
  Since.internalFlag,
  Since.clientAgent,
  Since.token,
  Since.lineNumbers,
  Since.externalRoles,
  Since.parameters,
  Since.parallelReplicas,
  Since.queryStartTime,
  Since.distributedDepth,
  Since.openTelemetry,
  Since.interserverSecret,
  Since.settingsAsStrings,
  Since.versionPatch,
  Since.quotaKeyInClientInfo,
  Since.clientInfo,
];
