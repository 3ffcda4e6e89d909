import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { Memo } from '../../memo.js';
import { exceptionName, type ThriftRequest, type ThriftResponse } from './messages.js';

const names = new Memo((operation) => (operation === '' ? 'thrift' : operation.replace(':', '/')));

/** `Calculator/add`, or the method alone; the type of the answer; the exception that the server or the method threw. */
export function describe(request: ThriftRequest, response: ThriftResponse | null): Description {
  return {
    name: names.get(request.operation),
    status: response === null ? null : response.type,
    error: response === null ? null : errorOf(response),
  };
}

/** OpenTelemetry's attributes of a remote procedure call. */
export function attributes(request: ThriftRequest, response: ThriftResponse | null): Attributes {
  const { operation, resource } = request;
  const result: Attributes = { [SEMCONV.RPC_SYSTEM]: 'apache_thrift', [SEMCONV.RPC_SYSTEM_NAME]: 'apache_thrift' };
  if (resource !== null) result[SEMCONV.RPC_SERVICE] = resource;
  result[SEMCONV.RPC_METHOD] = resource === null ? operation : operation.slice(resource.length + 1);
  if (response === null) return result;
  result[SEMCONV.RPC_RESPONSE_STATUS_CODE] = response.type;
  const error = errorOf(response);
  if (error !== null) result[SEMCONV.ERROR_TYPE] = error;
  return result;
}

/** `UNKNOWN_METHOD` of a TApplicationException; of an exception that the method declares only its field is known. */
function errorOf({ type, exceptionType = null, exceptionField }: ThriftResponse): string | null {
  if (type === 'EXCEPTION') return exceptionName(exceptionType);
  return exceptionField === undefined ? null : `exception ${exceptionField}`;
}
