import { createInterface } from 'node:readline/promises';
import { CreateError } from './create-error.js';
import { KINDS, parseKind } from './kinds.js';
import { namesOf } from './names.js';

/** Where questions go and answers come from. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

/** What has to be known before a package can be made. */
export interface Wanted {
  kind: string;
  name: string;
}

/**
 * Asks for what isn't known yet; what can't be used is asked for again.
 *
 * @throws CreateError `USAGE` when the input ends before the answers are complete.
 */
export async function ask(known: Partial<Wanted>, { input, output }: Terminal): Promise<Wanted> {
  const lines = createInterface({ input, output });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  const question = async (text: string, check: (answer: string) => void): Promise<string> => {
    for (;;) {
      const answer = (await lines.question(text, { signal: ended.signal })).trim();
      try {
        check(answer);
        return answer;
      } catch (error) {
        const { message, hint } = error as CreateError;
        output.write(`${message}. ${hint}\n`);
      }
    }
  };
  try {
    const list = Object.entries(KINDS).map(([kind, what]) => `  ${kind.padEnd(9)} ${what}\n`);
    const kind = known.kind ?? (await question(`${list.join('')}What shall it be? `, parseKind));
    const parsed = parseKind(kind);
    const name = known.name ?? (await question(`Name of the ${parsed}? `, (answer) => namesOf(parsed, answer)));
    return { kind, name };
  } catch (cause) {
    if (cause instanceof CreateError) throw cause;
    throw new CreateError('USAGE', 'the questions were not answered', 'Give KIND and NAME instead; see --help.', {
      cause,
    });
  } finally {
    lines.close();
  }
}
