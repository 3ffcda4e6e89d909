import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';

it('reads records as the kernel programs write them: event.gen.ts has not drifted', () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  execFileSync('npm', ['run', '--silent', 'generate', '--', '--check'], { cwd, stdio: 'pipe' });
});
