import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { MqttRequest, MqttResponse } from './messages.js';

/** Codes of a refused connection before MQTT 5, and the first failure of MQTT 5. */
const REFUSED = 0x80;

/** `PUBLISH`, `CONNECT`; the type of the packet that answered; the reason code of a failure. */
export function describe(request: MqttRequest, response: MqttResponse | null): Description {
  const name = request.by === 'server' && request.operation === 'PUBLISH' ? 'DELIVER' : request.operation;
  if (response === null) return { name, status: null, error: null };
  return { name, status: response.code, error: failure(response) };
}

/** OpenTelemetry's attributes of messaging. */
export function attributes(request: MqttRequest, response: MqttResponse | null): Attributes {
  const delivered = request.by === 'server';
  const result: Attributes = {
    [SEMCONV.MESSAGING_SYSTEM]: 'mqtt',
    [SEMCONV.MESSAGING_OPERATION_NAME]: delivered ? 'deliver' : request.operation.toLowerCase(),
  };
  if (request.operation === 'PUBLISH') {
    result[SEMCONV.MESSAGING_OPERATION_TYPE] = delivered ? 'process' : 'send';
    result['messaging.mqtt.qos'] = request.qos ?? 0;
    if (request.payloadBytes !== undefined) result['messaging.message.body.size'] = request.payloadBytes;
  }
  if (request.resource !== null) {
    const key = request.operation === 'CONNECT' ? 'messaging.client.id' : SEMCONV.MESSAGING_DESTINATION_NAME;
    result[key] = request.resource;
  }
  const error = response === null ? null : failure(response);
  if (error !== null) result[SEMCONV.ERROR_TYPE] = error;
  return result;
}

function failure({ type, code }: MqttResponse): string | null {
  const failed = code >= REFUSED || (type === 'CONNACK' && code > 0);
  return failed ? `0x${code.toString(16).padStart(2, '0')}` : null;
}
