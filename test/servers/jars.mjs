import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../.build/jars/', import.meta.url));

/** Why a server in Java can't be had here, or null. */
export async function missingJava() {
  for (const command of ['java', 'mvn']) {
    try {
      await run(command, ['-version']);
    } catch (error) {
      if (error.code === 'ENOENT') return `${command} is not installed`;
    }
  }
  return null;
}

/**
 * The class path of these artifacts (`group:artifact:version`) and all that they need, fetched by Maven the first time.
 */
export async function jars(name, artifacts) {
  const folder = join(cache, name);
  if (!existsSync(folder)) await fetch(name, folder, artifacts);
  return join(folder, '*');
}

async function fetch(name, folder, artifacts) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, `.${name}-`));
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version></dependency>`;
  });
  writeFileSync(
    join(work, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>sonde</groupId><artifactId>${name}</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`,
  );
  try {
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs'], { cwd: work });
    if (!existsSync(folder)) renameSync(join(work, 'libs'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
