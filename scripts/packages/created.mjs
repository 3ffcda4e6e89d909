// What `npm create sonde@latest` makes: each kind is created from the tarball, installed, tested, built and used.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../lib/run.mjs';

/** @param project where all tarballs are installed; `project/tarballs` holds them. */
export function testCreatedPackages({ test, assert, project, runIn }) {
  const sonde = readdirSync(join(project, 'tarballs')).filter((file) => file.startsWith('sonde-'));
  const isRoot = process.getuid?.() === 0;

  /** Makes a package beside the project, not in it: nothing may come from the project's node_modules. */
  const create = (kind, name) => {
    const folder = join(project, '..', 'created', kind);
    runIn(project, 'npx', ['--no-install', 'create-sonde', kind, name, '--yes', '--directory', folder]);
    const tarballs = sonde.map((file) => join(project, 'tarballs', file));
    runIn(folder, 'npm', ['install', '-D', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs]);
    return folder;
  };
  const proves = (folder, line) => {
    const { stdout } = runIn(folder, 'npm', ['test'], { NO_COLOR: '1' });
    assert(line.test(stdout), `npm test says nothing of ${line}:\n${stdout}`);
    runIn(folder, 'npm', ['run', 'typecheck']);
    runIn(folder, 'npm', ['run', 'build']);
  };
  /** The built package is packed and looked into: what is published is there, and nothing else. */
  const publishes = (folder, ...expected) => {
    const [{ files }] = JSON.parse(runIn(folder, 'npm', ['pack', '--dry-run', '--json', '--ignore-scripts']).stdout);
    const paths = files.map(({ path }) => path);
    for (const path of ['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js', ...expected]) {
      assert(paths.includes(path), `${path} would not be published`);
    }
    const surplus = paths.filter((path) => !/^(dist|bpf)\/|^(LICENSE|README\.md|package\.json)$/.test(path));
    assert(surplus.length === 0 && !paths.some((path) => path.includes('.test.')), `too much is published: ${paths}`);
  };
  const lines = (text) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));

  let parser;
  test('a created parser conforms, and is built and packed', () => {
    parser = create('parser', 'tally');
    proves(parser, /tally conforms to parser API v1: \d+ checks/);
    publishes(parser);
  });

  test('sonde decode reads a capture by the created parser', () => {
    writeFileSync(
      join(parser, 'capture.mjs'),
      `import { writeFileSync } from 'node:fs';
       import { captureOf, readSamples } from '@sonde/testkit';
       writeFileSync('tally.pcap', captureOf(await readSamples('samples')));`,
    );
    runIn(parser, process.execPath, ['capture.mjs']);
    const decoded = lines(
      runIn(parser, 'npx', ['--no-install', 'sonde', 'decode', '--parser', '.', 'tally.pcap']).stdout,
    );
    const expected = readFileSync(join(parser, 'samples/counters.jsonl'), 'utf8').match(/"exchange"/g).length;
    assert(decoded.length === expected, `${decoded.length} exchanges, not ${expected}`);
    assert(
      decoded.every(({ protocol, request }) => protocol === 'tally' && request.resource),
      'fields are missing',
    );
  });

  test('sonde run sees live traffic by the created parser', () => {
    if (!isRoot) return 'it needs root';
    writeFileSync(
      join(parser, 'talk.mjs'),
      `import { readSamples, talkOverTcp } from '@sonde/testkit';
       for (const sample of await readSamples('samples')) await talkOverTcp(sample);`,
    );
    const args = ['--no-install', 'sonde', 'run', '--parser', '.', '--', process.execPath, 'talk.mjs'];
    const seen = lines(runIn(parser, 'npx', args).stdout).filter(({ protocol }) => protocol === 'tally');
    const count = (side) => seen.filter((exchange) => exchange.side === side).length;
    assert(count('client') === 16 && count('server') === 16, `client ${count('client')}, server ${count('server')}`);
  });

  test('a created exporter conforms, and is built and packed', () => {
    const exporter = create('exporter', 'lines');
    proves(exporter, /lines conforms to exporter API v1: \d+ checks/);
    publishes(exporter, 'dist/lines-exporter.js');
  });

  test('a created probe conforms, is built with its object, and sonde run finds it in its configuration', () => {
    if (!isRoot) return 'it needs root';
    if (output('clang', ['--version']) === null && output('clang-16', ['--version']) === null)
      return 'there is no clang';
    const probe = create('probe', 'signals');
    proves(probe, /signals conforms to probe API v1: \d+ checks/);
    publishes(probe, 'bpf/signals.bpf.o');
    assert(existsSync(join(probe, 'dist/signals-probe.js')), 'it is not built');
    const kill = `const { spawn } = require('child_process'); const cat = spawn('cat'); cat.on('spawn', () => cat.kill())`;
    const { stdout } = runIn(probe, 'npx', ['--no-install', 'sonde', 'run', '--', process.execPath, '-e', kill]);
    const sent = lines(stdout).filter(({ event }) => event === 'signals.sent');
    assert(
      sent.some(({ signal, to }) => signal === 'SIGTERM' && to.name === 'cat'),
      `it printed:\n${stdout}`,
    );
  });
}
