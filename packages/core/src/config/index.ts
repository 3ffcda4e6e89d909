export { agentSchema } from './agent-schema.js';
export { defineConfig } from './define-config.js';
export { CONFIG_NAMES } from './find-config.js';
export { errorSummary, importHint } from './import-problem.js';
export { loadConfig } from './load-config.js';
export { nearestName, suggestion } from './nearest.js';
export { parseOptions } from './options.js';
