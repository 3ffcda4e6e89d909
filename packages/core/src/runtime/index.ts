export { createAgent } from './create-agent.js';
export { loggerTo } from './loggers.js';
export { checkRequirements, type FeatureProbe, type FeatureState } from './requirements.js';
export { SystemClock } from './system-clock.js';
export { createToken, override } from './token.js';
export { BACKEND, CLOCK, CONNECTION_FILTER, FEATURES, LOGGER, PROCESS_SOURCE, PROCESS_TRACKER } from './tokens.js';
