import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { errorOf } from './errors.js';
import type { MongoPush, MongoReplyFields, MongoRequest, MongoResponse } from './messages.js';

/** `find orders`; the error code or `OK`; the name of the error. Null where the reply isn't readable. */
export function describe(request: MongoRequest | MongoPush, response: MongoResponse | null): Description {
  const { operation, resource } = request;
  const name = operation === null ? 'mongodb' : resource === null ? operation : `${operation} ${resource}`;
  const reply = replyOf(request, response);
  if (reply === null) return { name, status: null, error: null };
  const error = errorOf(reply);
  const status = error === null ? (reply.ok === null ? null : 'OK') : (reply.code ?? error);
  return { name, status, error };
}

/** OpenTelemetry's attributes of databases and of MongoDB. */
export function attributes(request: MongoRequest | MongoPush, response: MongoResponse | null): Attributes {
  const all: Attributes = { [SEMCONV.DB_SYSTEM_NAME]: 'mongodb' };
  if (request.operation !== null) all[SEMCONV.DB_OPERATION_NAME] = request.operation;
  if (request.database !== null) all[SEMCONV.DB_NAMESPACE] = request.database;
  if (request.resource !== null) all[SEMCONV.DB_COLLECTION_NAME] = request.resource;
  const { documents } = request as MongoRequest;
  if (documents !== undefined && documents > 1) all[SEMCONV.DB_OPERATION_BATCH_SIZE] = documents;
  const reply = replyOf(request, response);
  if (reply === null) return all;
  if (reply.returned !== undefined) all[SEMCONV.DB_RESPONSE_RETURNED_ROWS] = reply.returned;
  if (reply.code !== undefined) all[SEMCONV.DB_RESPONSE_STATUS_CODE] = String(reply.code);
  const error = errorOf(reply);
  if (error !== null) all[SEMCONV.ERROR_TYPE] = error;
  return all;
}

/** A push is its own reply. */
function replyOf(request: MongoRequest | MongoPush, response: MongoResponse | null): MongoReplyFields | null {
  return response ?? ('ok' in request ? request : null);
}
