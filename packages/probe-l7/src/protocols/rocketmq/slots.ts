import { equalsAscii } from '@sonde/core';

/** Extension fields that are looked at, a number each. */
export const Slot = {
  topic: 0,
  group: 1,
  clientId: 2,
  queueId: 3,
  queueOffset: 4,
  commitOffset: 5,
  offset: 6,
  nextBeginOffset: 7,
  maxMessages: 8,
  properties: 9,
  messageId: 10,
  originTopic: 11,
  transactionId: 12,
} as const;
/** Number of an extension field. */
export type Slot = (typeof Slot)[keyof typeof Slot];
/** How many there are. */
export const SLOTS = Object.keys(Slot).length;

/** Their names in the header; those of `SEND_MESSAGE_V2` have one letter. */
const NAMES: Record<keyof typeof Slot, readonly string[]> = {
  topic: ['topic', 'b'],
  group: ['consumerGroup', 'producerGroup', 'group', 'groupName', 'a'],
  clientId: ['clientID', 'clientId'],
  queueId: ['queueId', 'e'],
  queueOffset: ['queueOffset'],
  commitOffset: ['commitOffset'],
  offset: ['offset'],
  nextBeginOffset: ['nextBeginOffset'],
  maxMessages: ['maxMsgNums', 'maxNum'],
  properties: ['properties', 'i'],
  messageId: ['msgId', 'originMsgId'],
  originTopic: ['originTopic'],
  transactionId: ['transactionId'],
};

interface Candidate {
  name: string;
  slot: number;
}

const byHash: Candidate[][] = Array.from({ length: 256 }, () => []);
const hash = (length: number, first: number, last: number) => (length * 31 + first * 7 + last) & 255;
for (const key of Object.keys(NAMES) as (keyof typeof Slot)[]) {
  for (const name of NAMES[key]) {
    byHash[hash(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1))]!.push({ name, slot: Slot[key] });
  }
}

/** Slot of the field whose name is `bytes[start]` up to `bytes[end]`, or -1. */
export function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return -1;
  const candidates = byHash[hash(length, bytes[start]!, bytes[end - 1]!)]!;
  for (let i = 0; i < candidates.length; i++) {
    const { name, slot } = candidates[i]!;
    if (name.length === length && equalsAscii(bytes, start, end, name)) return slot;
  }
  return -1;
}
