export { createRedactor } from './redactor.js';
export { isSecretName } from './secret-name.js';
export { sqlOperation, sqlSummary } from './sql-summary.js';
