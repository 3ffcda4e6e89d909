import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const CONTRACTS = new URL('../../../core/src/contracts/', import.meta.url);

/** The declarations of a module, without comments: what plugins compile against. */
function declarations(file: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(new URL(file, CONTRACTS), 'utf8'), {
    fileName: file,
    compilerOptions: { removeComments: true, isolatedDeclarations: true },
  });
  expect(diagnostics.map(({ messageText }) => messageText)).toEqual([]);
  return outputText.trim();
}

it('the public contract is what plugins were written against', async () => {
  const files = readdirSync(CONTRACTS).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const text = files.sort().map((file) => `// ${file}\n${declarations(file)}\n`);
  // A change of this file is a change of the plugin API: additions that old plugins compile with need a minor version,
  // all else a new apiVersion. `npx vitest run --project unit packages/testkit/src/contract -u` takes it over.
  const snapshot = fileURLToPath(new URL('contract-v1.api.txt', import.meta.url));
  await expect(text.join('\n')).toMatchFileSnapshot(snapshot);
});
