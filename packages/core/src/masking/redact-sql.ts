import type { SqlDialect } from '../contracts/index.js';
import { SqlCredentialWatch } from './sql-credentials.js';
import { SqlLexer } from './sql-lexer.js';
import { readings } from './sql-rules.js';

/** A stretch of text that may not be shown: a literal becomes `?`, a comment a space. */
interface Span {
  start: number;
  end: number;
  literal: boolean;
}

/** Two are enough for anything but hostile text. */
const MAX_PASSES = 5;

/**
 * SQL with literals (strings, numbers, unquoted passwords) replaced by `?`, and without comments, which hold whatever
 * somebody put there. Identifiers and placeholders stay. Without a dialect the text is read by the rules of all of them,
 * and what is a literal by any goes. Linear in the text's length, and idempotent.
 *
 * @param backslash whether a backslash escapes within every string; without it PostgreSQL and MySQL are read both ways
 */
export function redactSql(text: string, dialect?: SqlDialect, backslash?: boolean): string {
  let rules = readings(text, dialect, backslash);
  if (rules.length === 1) {
    const lexer = new SqlLexer(text, rules[0]!);
    const spans = spansOf(lexer);
    // A string that is left open may mean that its writer took a backslash for what it isn't.
    if (lexer.open && backslash !== undefined) rules = readings(text, dialect);
    if (rules.length === 1) return render(text, spans);
  }
  // What one reading took away can change how another one reads the rest: until nothing changes any more.
  let shown = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = shown;
    shown = render(before, union(rules.map((each) => spansOf(new SqlLexer(before, each)))));
    if (shown === before) return shown;
  }
  return '?';
}

function spansOf(lexer: SqlLexer): Span[] {
  const { text } = lexer;
  const spans: Span[] = [];
  const credentials = new SqlCredentialWatch();
  for (let token = lexer.next(); token !== 'end'; token = lexer.next()) {
    const { start, end } = lexer;
    const literal = credentials.holds(token, text, start, end) || token === 'string' || token === 'number';
    if (literal || token === 'comment') spans.push({ start, end, literal });
  }
  return spans;
}

function union(readings: Span[][]): Span[] {
  const spans = readings.flat().sort((a, b) => a.start - b.start);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.start < last.end) {
      last.end = Math.max(last.end, span.end);
      last.literal ||= span.literal;
    } else merged.push({ ...span });
  }
  return merged;
}

function render(text: string, spans: readonly Span[]): string {
  let shown = '';
  let at = 0;
  for (const { start, end, literal } of spans) {
    shown += text.slice(at, start);
    at = end;
    if (literal) shown += '?';
    else if (shown.endsWith('--')) shown = apart(shown);
    else if (shown !== '' && !shown.endsWith(' ')) shown += ' ';
  }
  return at === 0 ? text : (shown + text.slice(at)).trimEnd();
}

/** MySQL reads `--` as two minus signs, until a space follows, which would make a comment of it. */
function apart(shown: string): string {
  let dashes = 0;
  while (shown.charAt(shown.length - 1 - dashes) === '-') dashes++;
  return shown.slice(0, -dashes) + '- '.repeat(dashes);
}
