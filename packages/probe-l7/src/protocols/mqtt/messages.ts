import type { Message } from '@sonde/core';

/** A packet that asks for something, of the client or, where it publishes, of the server. */
export interface MqttRequest extends Message {
  /** `oneway` for what is never answered: PUBLISH with QoS 0, DISCONNECT. */
  kind: 'request' | 'oneway';
  /** Packet id, or one of {@link ConnectionId}; left out for one-way packets. */
  id?: number;
  /** Packet type: `PUBLISH`, `SUBSCRIBE`. */
  operation: string;
  /** Topic, first topic filter, or client id of a CONNECT. Null for none, and for topics by alias. */
  resource: string | null;
  /** Quality of service of a PUBLISH. */
  qos?: number;
  retain?: boolean;
  duplicate?: boolean;
  /** Bytes of what was published. */
  payloadBytes?: number;
  /** Topic filters of a SUBSCRIBE or an UNSUBSCRIBE. */
  topicCount?: number;
  /** Who sent it. */
  by: 'client' | 'server';
}

/** A packet that answers. PUBREC is `interim`, PUBREL `control`. */
export interface MqttResponse extends Message {
  kind: 'response' | 'interim' | 'control';
  id?: number;
  /** Packet type: `PUBACK`. */
  type: string;
  /** Reason code (MQTT 5) or return code (before); the worst of a SUBACK. */
  code: number;
}

/** Any packet of a connection. */
export type MqttMessage = MqttRequest | MqttResponse;

/** What stands for the id of packets that have none. */
export const ConnectionId = { connect: -1, ping: -2 } as const;

/** What both directions know of the connection. */
export interface MqttConnection {
  /** 3, 4 (3.1.1) or 5; 0 where the CONNECT wasn't seen. */
  version: number;
}
