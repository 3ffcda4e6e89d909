export { type MessageMasking, redactMessage } from './redact-message.js';
export { createRedactor } from './redactor.js';
export { isSecretName } from './secret-name.js';
export { sqlOperation, sqlSummary } from './sql-summary.js';
