/**
 * Kafka's APIs by key: name, and the first version with a flexible header (compact strings, tagged fields), or 99 for
 * none. From the protocol guide and the message definitions of Apache Kafka 4.1 (clients/src/main/resources/common/message).
 */
const APIS: readonly (readonly [name: string, flexible: number])[] = [
  ['Produce', 9],
  ['Fetch', 12],
  ['ListOffsets', 6],
  ['Metadata', 9],
  ['LeaderAndIsr', 4],
  ['StopReplica', 2],
  ['UpdateMetadata', 6],
  ['ControlledShutdown', 3],
  ['OffsetCommit', 8],
  ['OffsetFetch', 6],
  ['FindCoordinator', 3],
  ['JoinGroup', 6],
  ['Heartbeat', 4],
  ['LeaveGroup', 4],
  ['SyncGroup', 4],
  ['DescribeGroups', 5],
  ['ListGroups', 3],
  ['SaslHandshake', 99],
  ['ApiVersions', 3],
  ['CreateTopics', 5],
  ['DeleteTopics', 4],
  ['DeleteRecords', 2],
  ['InitProducerId', 2],
  ['OffsetForLeaderEpoch', 4],
  ['AddPartitionsToTxn', 3],
  ['AddOffsetsToTxn', 3],
  ['EndTxn', 3],
  ['WriteTxnMarkers', 1],
  ['TxnOffsetCommit', 3],
  ['DescribeAcls', 2],
  ['CreateAcls', 2],
  ['DeleteAcls', 2],
  ['DescribeConfigs', 4],
  ['AlterConfigs', 2],
  ['AlterReplicaLogDirs', 2],
  ['DescribeLogDirs', 2],
  ['SaslAuthenticate', 2],
  ['CreatePartitions', 2],
  ['CreateDelegationToken', 2],
  ['RenewDelegationToken', 2],
  ['ExpireDelegationToken', 2],
  ['DescribeDelegationToken', 2],
  ['DeleteGroups', 2],
  ['ElectLeaders', 2],
  ['IncrementalAlterConfigs', 1],
  ['AlterPartitionReassignments', 0],
  ['ListPartitionReassignments', 0],
  ['OffsetDelete', 99],
  ['DescribeClientQuotas', 1],
  ['AlterClientQuotas', 1],
  ['DescribeUserScramCredentials', 0],
  ['AlterUserScramCredentials', 0],
  ['Vote', 0],
  ['BeginQuorumEpoch', 1],
  ['EndQuorumEpoch', 1],
  ['DescribeQuorum', 0],
  ['AlterPartition', 0],
  ['UpdateFeatures', 0],
  ['Envelope', 0],
  ['FetchSnapshot', 0],
  ['DescribeCluster', 0],
  ['DescribeProducers', 0],
  ['BrokerRegistration', 0],
  ['BrokerHeartbeat', 0],
  ['UnregisterBroker', 0],
  ['DescribeTransactions', 0],
  ['ListTransactions', 0],
  ['AllocateProducerIds', 0],
  ['ConsumerGroupHeartbeat', 0],
  ['ConsumerGroupDescribe', 0],
  ['ControllerRegistration', 0],
  ['GetTelemetrySubscriptions', 0],
  ['PushTelemetry', 0],
  ['AssignReplicasToDirs', 0],
  ['ListConfigResources', 0],
  ['DescribeTopicPartitions', 0],
  ['ShareGroupHeartbeat', 0],
  ['ShareGroupDescribe', 0],
  ['ShareFetch', 0],
  ['ShareAcknowledge', 0],
  ['AddRaftVoter', 0],
  ['RemoveRaftVoter', 0],
  ['UpdateRaftVoter', 0],
  ['InitializeShareGroupState', 0],
  ['ReadShareGroupState', 0],
  ['WriteShareGroupState', 0],
  ['DeleteShareGroupState', 0],
  ['ReadShareGroupStateSummary', 0],
  ['StreamsGroupHeartbeat', 0],
  ['StreamsGroupDescribe', 0],
  ['DescribeShareGroupOffsets', 0],
  ['AlterShareGroupOffsets', 0],
  ['DeleteShareGroupOffsets', 0],
];

/** Highest API key and version that a request is believed to have: far beyond what Kafka has today. */
export const MAX_API_KEY = 127;
/** See {@link MAX_API_KEY}. */
export const MAX_VERSION = 31;

/** Key of the API whose responses never have a flexible header, so that any client can read them (KIP-511). */
export const API_VERSIONS = 18;

/** Name of an API, `UNKNOWN_123` for one that isn't known. */
export function apiName(key: number): string {
  return APIS[key]?.[0] ?? `UNKNOWN_${key}`;
}

/** Whether the API is one of Kafka's. */
export function isKnownApi(key: number): boolean {
  return key >= 0 && key < APIS.length;
}

/** Whether requests of this version have compact strings and tagged fields (KIP-482). */
export function isFlexible(key: number, version: number): boolean {
  return version >= (APIS[key]?.[1] ?? 99);
}
