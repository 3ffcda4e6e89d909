import { listPlugins, type PluginEntry } from '../plugins/list-plugins.js';
import type { AddCommand } from '../program.js';

const EXAMPLES = `
Plugins are packages with the keyword 'sonde-plugin' whose package.json says what they offer:
  "keywords": ["sonde-plugin"], "sonde": { "probes": ["l7"], "protocols": [], "exporters": [] }

Examples:
  sonde probes
  sonde probes --json | jq -r '.[] | select(.kind == "protocol") | .name'`;

/** `sonde probes`: what is installed. */
export const addProbesCommand: AddCommand = (program) => {
  program
    .command('probes')
    .description('List the probes, protocols and exporters that are installed, with their versions and needs.')
    .option('--json', 'a JSON array instead of text')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { json?: boolean }) => {
      const plugins = await listPlugins();
      process.stdout.write(options.json ? `${JSON.stringify(plugins, null, 2)}\n` : asText(plugins));
    });
};

function asText(plugins: readonly PluginEntry[]): string {
  const width = Math.max(0, ...plugins.map(({ name }) => name.length)) + 2;
  let text = '';
  let kind = '';
  for (const plugin of plugins) {
    if (plugin.kind !== kind)
      text += `${kind === '' ? '' : '\n'}${plugin.kind[0]!.toUpperCase()}${plugin.kind.slice(1)}s\n`;
    kind = plugin.kind;
    const origin = `${plugin.package} ${plugin.version}`;
    text += `  ${plugin.name.padEnd(width)}${plugin.problem ?? plugin.description ?? ''} (${origin})\n`;
    const details = [needs(plugin), versions(plugin)].filter((line) => line !== '');
    for (const line of details) text += `  ${' '.repeat(width)}${line}\n`;
  }
  return text;
}

function needs({ requires }: PluginEntry): string {
  const all = [...(requires?.features ?? []), ...(requires?.anyOf ?? []).map((group) => group.join(' or '))];
  return all.length > 0 ? `needs ${all.join(', ')}` : '';
}

function versions({ support }: PluginEntry): string {
  return support && support.versions.length > 0 ? `reads ${support.versions.join(', ')}` : '';
}
