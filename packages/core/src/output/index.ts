export { eventToJson } from './event-json.js';
export { type ExchangeJsonOptions, exchangeToJson } from './exchange-json.js';
export { formatUnixNano } from './rfc3339.js';
