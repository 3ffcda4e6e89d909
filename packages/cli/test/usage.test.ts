import { describe, expect, it } from 'vitest';
import { sonde, withBuiltCommand } from './sonde.js';

withBuiltCommand();

describe('the command', () => {
  it('says its version', async () => {
    expect(await sonde(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('shows its help on stderr and ends with 2 when nothing is asked of it', async () => {
    expect(await sonde([])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Commands:') });
  });

  it.each(['run', 'decode', 'record', 'replay', 'doctor', 'probes', 'demo'])(
    'has help with examples for %s',
    async (name) => {
      const { status, stdout, stderr } = await sonde([name, '--help']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('Examples:\n');
      expect(stdout).toContain(`sonde ${name}`);
    },
  );

  it.each([
    ['a wrong option, with the nearest one', ['decode', '--protocl', 'redis', 'x'], 'Did you mean --protocol?'],
    ['a wrong command, with the nearest one', ['decod'], 'Did you mean decode?'],
    ['a command that is near to none', ['frob'], "error: unknown command 'frob'\n(--help shows what there is)"],
    ['a wrong value', ['run', '--output', 'xml'], 'Allowed choices are jsonl, pretty, otlp, none'],
    ['a wrong duration', ['run', '--duration', 'soon'], 'A duration is a number with a unit'],
    ['a recording on stdout', ['record', '-'], 'stdout takes no recording'],
    ['a wrong address', ['run', '--prometheus', 'nowhere'], 'HOST:PORT'],
    ['a missing file', ['decode'], "missing required argument 'file'"],
    ['a command without --', ['run', 'npm', 'test'], "a command stands behind '--': sonde run -- npm test"],
    ['nothing behind --', ['run', '--'], 'no command after --'],
    ['a wrong selector, with the nearest one', ['run', '--target', 'com=nginx'], "did you mean 'comm=nginx'?"],
    ['a wrong probe, with the nearest one', ['run', '--probe', 'l8'], "Did you mean 'l7'?"],
    ['a parser that is not installed', ['run', '--parser', 'no-such-parser'], 'npm install no-such-parser'],
    ['a configuration that is not there', ['run', '-c', 'nothing.ts'], 'no configuration nothing.ts'],
    ['statistics that can not be written', ['run', '--stats', '/no/such/folder/stats.json'], 'a directory that exists'],
    ['a wrong protocol, with the nearest one', ['decode', '--protocol', 'htp1', 'x'], "Did you mean 'http1'?"],
    ['a wrong port hint', ['decode', '--port', '80', 'x'], 'PORT=PROTOCOL'],
  ])('refuses %s, with 2', async (_what, args, message) => {
    const { status, stdout, stderr } = await sonde(args);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('sonde probes', () => {
  it('lists what is installed', async () => {
    const { status, stdout } = await sonde(['probes', '--json']);
    const plugins = JSON.parse(stdout) as { kind: string; name: string; problem: null }[];
    expect(status).toBe(0);
    expect(plugins.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(['probe l7', 'protocol http1', 'exporter prometheus', 'exporter otlp', 'exporter jsonl']),
    );
    expect(plugins.filter(({ problem }) => problem !== null)).toEqual([]);
  });

  it('says so in words, too', async () => {
    expect((await sonde(['probes'])).stdout).toMatch(/^Probes\n(?: .*\n)*? {2}l7 .*\n.*needs /);
  });
});

describe('sonde doctor', () => {
  it('reports on the machine as JSON, and says by its status whether the l7 probe can run', async () => {
    const { status, stdout } = await sonde(['doctor', '--json']);
    const { ready, features, machine } = JSON.parse(stdout);
    expect(status).toBe(ready ? 0 : 3);
    expect(machine.kernel).toMatch(/^\d/);
    expect(features.map(({ name }: { name: string }) => name)).toContain('btf');
  });
});
