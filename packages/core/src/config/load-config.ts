import { readFileSync } from 'node:fs';
import { type AgentOptions, ConfigurationError } from '../contracts/index.js';
import { agentSchema } from './agent-schema.js';
import { findConfig } from './find-config.js';
import { importModule } from './import-module.js';
import { errorSummary, importHint } from './import-problem.js';
import { fromJson } from './json-config.js';
import { parseOptions } from './options.js';
import { settled } from './settled.js';

/**
 * Reads a configuration: `sonde.config.ts`, `.mts`, `.js`, `.mjs` (their default export, or a promise of it) or `.json`.
 *
 * @param path the file; without it the one in `folder` is taken, if there is one
 * @param folder what `path` is relative to. @default the working directory
 * @returns what `createAgent` takes, or null if there is no file and none was named
 * @throws ConfigurationError `CONFIG_NOT_FOUND`, `CONFIG_FORMAT`, `CONFIG_UNREADABLE`, `UNKNOWN_OPTION`,
 * `INVALID_OPTION`, `PLUGIN_NOT_FOUND`, `PLUGIN_INVALID`
 */
export async function loadConfig(path?: string, folder: string = process.cwd()): Promise<AgentOptions | null> {
  const file = findConfig(path, folder);
  if (file === null) return null;
  if (file.endsWith('.json')) return fromJson(readJson(file), file);
  const config = await importConfig(file);
  parseOptions(`configuration ${file}`, agentSchema, config);
  return config as AgentOptions;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

async function importConfig(file: string): Promise<unknown> {
  let exported: Record<string, unknown>;
  try {
    exported = await settled(importModule(file), () => new Error('it awaits what never comes'));
  } catch (cause) {
    throw unreadable(file, cause);
  }
  const config = await settled(
    Promise.resolve(exported['default']),
    () =>
      new ConfigurationError('CONFIG_FORMAT', `configuration ${file} exports a promise that never settles`, {
        hint: 'export default defineConfig({ … })',
      }),
  );
  if (config === undefined) {
    throw new ConfigurationError('CONFIG_FORMAT', `configuration ${file} has no default export`, {
      hint: 'export default defineConfig({ … })',
    });
  }
  return config;
}

function unreadable(file: string, cause: unknown): ConfigurationError {
  return new ConfigurationError('CONFIG_UNREADABLE', `configuration ${file}: ${errorSummary(cause)}`, {
    hint: importHint(cause, file),
    cause,
  });
}
