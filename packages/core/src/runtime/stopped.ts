import { ConfigurationError } from '../contracts/index.js';

/** The error of whoever asks something of an agent that has stopped: `AGENT_STOPPED`. */
export function agentStopped(cause?: unknown): ConfigurationError {
  return new ConfigurationError('AGENT_STOPPED', 'the agent has stopped', {
    hint: 'an agent does not start again: make another one with createAgent',
    cause,
  });
}
