import { isSecretName } from './secret-name.js';

/** What opens and closes quotations, in the languages that servers speak. */
const MARK = '"\'`«»‹›„“”‟‚‘’‛「」『』＂＇';
/** What may close a quotation, by what opened it; a mark that isn't named closes what it opens. */
const CLOSING: Readonly<Record<string, string>> = {
  '`': "`'",
  '«': '»',
  '»': '«',
  '‹': '›',
  '›': '‹',
  '„': '“”"',
  '“': '”',
  '‚': "‘’'",
  '‘': '’',
  '「': '」',
  '『': '』',
};
/** Quotations that are plainly one name each. */
const NAME =
  /(?<!\w)(?:"[^"'`«»„“”\n]{0,192}"|'[^"'`‚‘’\n]{0,192}'|`[^`\n]{0,192}`|«[^"'«»\n]{0,192}»|[„“][^"'„“”\n]{0,192}[“”]|[‚‘][^"'‚‘’\n]{0,192}[‘’])(?!\w)/g;
/** `password=x`, as connection strings have it. */
const ASSIGNMENT = /([\w.-]{1,64})=([^\s,;&)?]+)/g;
const USER_INFO = /:\/\/[^\s/?#]*@/g;

/** What is known of a message. */
export interface MessageMasking {
  /** Its end is missing, and may have been within a quotation. @default false */
  cut?: boolean;
  /** It quotes names of tables, users and the like, which stay where each quotation is plainly one. @default false */
  names?: boolean;
}

/**
 * An error message without the data that it quotes. Servers write quotation marks around a value and leave those within
 * as they are, so that pairs can't be told: all from the first mark to the last becomes one `?`, in whatever language.
 * Passwords of connection strings and of URLs go as well.
 */
export function redactMessage(text: string, { cut = false, names = false }: MessageMasking = {}): string {
  const shown = names && !cut && quotesNames(text) ? text : withoutQuotations(text, cut);
  if (!shown.includes('=') && !shown.includes('@')) return shown;
  return shown
    .replace(USER_INFO, '://REDACTED:REDACTED@')
    .replace(ASSIGNMENT, (all, name: string) => (isSecretName(name) ? `${name}=?` : all));
}

function quotesNames(text: string): boolean {
  const rest = text.replace(NAME, '');
  return markFrom(rest, 0, 1) < 0;
}

function withoutQuotations(text: string, cut: boolean): string {
  const first = markFrom(text, 0, 1);
  if (first < 0) return text;
  const last = cut || !isClosed(text, first) ? text.length : markFrom(text, text.length - 1, -1);
  return `${text.slice(0, first)}?${text.slice(opens(text, last) ? text.length : last + 1)}`;
}

function isClosed(text: string, first: number): boolean {
  const open = text.charAt(first);
  const closing = CLOSING[open] ?? open;
  for (let at = 0; at < closing.length; at++) if (text.includes(closing.charAt(at), first + 1)) return true;
  return false;
}

/** True for a mark that begins a quotation, by what stands around it. */
function opens(text: string, at: number): boolean {
  return ' (['.includes(text.charAt(at - 1) || ' ') && isLetter(text, at + 1);
}

/** Position of the next quotation mark, or -1; an apostrophe within a word is none. */
function markFrom(text: string, from: number, step: 1 | -1): number {
  for (let at = from; at >= 0 && at < text.length; at += step) {
    const character = text.charAt(at);
    if (!MARK.includes(character)) continue;
    const apostrophe = character === "'" || character === '’';
    if (!apostrophe || !isLetter(text, at - 1) || !isLetter(text, at + 1)) return at;
  }
  return -1;
}

/** A letter of a script that has apostrophes. */
function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || (code >= 0xc0 && code <= 0x24f);
}
