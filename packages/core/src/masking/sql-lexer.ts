import type { SqlRules } from './sql-rules.js';

/** What a piece of SQL is. */
export type SqlToken =
  | 'space'
  | 'comment'
  | 'word'
  | 'identifier'
  | 'string'
  | 'number'
  | 'parameter'
  | 'symbol'
  | 'end';

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const DOLLAR = 36;
const QUOTE = 39;
const STAR = 42;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const BACKTICK = 96;

const MAX_TAG = 64;

/** A word directly before a quote that belongs to the string: `E'…'`, `N'…'`, `x'…'`, `_utf8'…'`, `U&'…'`. */
const STRING_PREFIX = /^(?:[ebnx]|u&|_[a-z0-9]+|nq|q)$/i;

/**
 * Cuts SQL into tokens by one dialect's rules, in one pass and linear time. Whatever is left open at the end (a string,
 * a comment) ends with the text: truncated statements are usual.
 */
export class SqlLexer {
  /** Where the current token begins. */
  start = 0;
  /** Where it ends. */
  end = 0;
  /** A string that nothing closed ended with the text. */
  open = false;

  constructor(
    readonly text: string,
    private readonly rules: SqlRules,
  ) {}

  /** Steps to the next token. */
  next(): SqlToken {
    const { text } = this;
    this.start = this.end;
    if (this.start >= text.length) return 'end';
    const code = text.charCodeAt(this.start);
    if (isSpace(code)) return this.#take('space', this.#while(this.start + 1, isSpace));
    if (isDigit(code)) return this.#number();
    if (isWordStart(code)) return this.#word();
    return this.#special(code, text.charCodeAt(this.start + 1));
  }

  #special(code: number, following: number): SqlToken {
    const { rules, start } = this;
    switch (code) {
      case QUOTE:
        return this.#take('string', this.#quoted(start, QUOTE, rules.backslash));
      case DOUBLE:
        return rules.doubleQuotedString
          ? this.#take('string', this.#quoted(start, DOUBLE, rules.backslash))
          : this.#take('identifier', this.#quoted(start, DOUBLE, false));
      case BACKTICK:
        if (rules.backtick) return this.#take('identifier', this.#quoted(start, BACKTICK, false));
        break;
      case OPEN_BRACKET:
        if (rules.bracket) return this.#take('identifier', this.#quoted(start, CLOSE_BRACKET, false));
        break;
      case DASH:
        if (following === DASH && (!rules.dashNeedsSpace || this.#endsDashes(start + 2))) return this.#lineComment();
        break;
      case HASH:
        if (rules.hashComment) return this.#lineComment();
        break;
      case SLASH:
        if (following === STAR) return this.#take('comment', this.#blockComment());
        break;
      case DOT:
        if (isDigit(following)) return this.#number();
        break;
      case DOLLAR:
        return this.#dollar(following);
      case COLON:
        if (following === COLON) return this.#take('symbol', start + 2);
        if (rules.colonNumber && isDigit(following)) return this.#take('parameter', this.#while(start + 1, isDigit));
        break;
      case QUESTION:
        return this.#take('parameter', start + 1);
    }
    return this.#take('symbol', start + 1);
  }

  #take(token: SqlToken, end: number): SqlToken {
    this.end = end;
    return token;
  }

  #while(at: number, holds: (code: number) => boolean): number {
    const { text } = this;
    while (at < text.length && holds(text.charCodeAt(at))) at++;
    return at;
  }

  /** Digits with all that may hang on them: `0x1F`, `1_000`, `1.5e-3`, `10L`. Takes more rather than less. */
  #number(): SqlToken {
    const { text } = this;
    let at = this.start + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isWordPart(code) || code === DOT) continue;
      const signed = code === DASH || code === 43;
      if (!signed || (text.charCodeAt(at - 1) | 32) !== 101 || !isDigit(text.charCodeAt(at + 1))) break;
    }
    // `1E'…'` was a number and an escape string to older servers.
    if (text.charCodeAt(at) === QUOTE && (text.charCodeAt(at - 1) | 32) === 101 && at - 1 > this.start) at--;
    return this.#take('number', at);
  }

  #word(): SqlToken {
    const { text, start, rules } = this;
    let end = this.#while(start + 1, isWordPart);
    if (end - start === 1 && text.charCodeAt(end) === 38 && text.charCodeAt(end + 1) === QUOTE) end++;
    const quote = text.charCodeAt(end);
    if ((quote !== QUOTE && quote !== DOUBLE) || end - start > 20) return this.#take('word', end);
    const word = text.slice(start, end);
    if (!STRING_PREFIX.test(word)) return this.#take('word', end);
    if (quote === DOUBLE && !rules.doubleQuotedString) return this.#take('word', end);
    if (/q$/i.test(word)) {
      if (!rules.alternativeQuote || quote !== QUOTE) return this.#take('word', end);
      return this.#take('string', this.#alternativelyQuoted(end + 1));
    }
    if (!/^e$/i.test(word)) return this.#take('string', this.#quoted(end, quote, rules.backslash));
    return this.#take('string', this.#continued(this.#quoted(end, quote, true)));
  }

  /** `E'a'`, a line break and `'b'` are one string, with one way to escape; comments may stand between. */
  #continued(end: number): number {
    for (let from = end; ; ) {
      const quote = this.#quoteOnNextLine(from);
      if (quote < 0) return from;
      from = this.#quoted(quote, QUOTE, true);
    }
  }

  #quoteOnNextLine(from: number): number {
    const { text } = this;
    let isNextLine = false;
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE || code === RETURN) isNextLine = true;
      else if (code === DASH && text.charCodeAt(at + 1) === DASH) at = this.#while(at, isInLine) - 1;
      else if (!isSpace(code)) break;
    }
    return isNextLine && text.charCodeAt(at) === QUOTE ? at : -1;
  }

  /** Past the closing quote of what opens at `open`; a doubled quote stands for itself. */
  #quoted(open: number, quote: number, backslash: boolean): number {
    const { text, rules } = this;
    for (let at = open + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH && backslash && !(rules.wide && text.charCodeAt(at - 1) >= 0x80)) at++;
      else if (code === quote) {
        if (text.charCodeAt(at + 1) !== quote) return at + 1;
        at++;
      }
    }
    this.open = true;
    return text.length;
  }

  /** Oracle's `q'[…]'`: whatever stands after the quote, or its counterpart, closes it. */
  #alternativelyQuoted(at: number): number {
    const { text } = this;
    const open = text.charAt(at);
    const pair = '[({<'.indexOf(open);
    const close = text.indexOf(`${open !== '' && pair >= 0 ? '])}>'[pair] : open}'`, at + 1);
    return close < 0 ? text.length : close + 2;
  }

  #dollar(following: number): SqlToken {
    const { text, start, rules } = this;
    if (isDigit(following)) {
      const end = this.#while(start + 1, isDigit);
      // PostgreSQL counts parameters to 65535: longer numbers are no parameter.
      return this.#take(end - start <= 6 ? 'parameter' : 'number', end);
    }
    if (!rules.dollarQuote) return this.#take('symbol', start + 1);
    const tag = this.#while(start + 1, isTagPart);
    if (text.charCodeAt(tag) !== DOLLAR) return this.#take('symbol', start + 1);
    // Nobody writes such tags, and looking for them would not be linear.
    if (tag - start > MAX_TAG) return this.#take('string', text.length);
    const close = text.indexOf(text.slice(start, tag + 1), tag + 1);
    return this.#take('string', close < 0 ? text.length : close + tag + 1 - start);
  }

  #endsDashes(at: number): boolean {
    return at >= this.text.length || this.text.charCodeAt(at) <= SPACE;
  }

  #lineComment(): SqlToken {
    return this.#take('comment', this.#while(this.start, isInLine));
  }

  #blockComment(): number {
    const { text, rules } = this;
    let depth = 1;
    for (let at = this.start + 2; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const following = text.charCodeAt(at + 1);
      if (code === STAR && following === SLASH) {
        at++;
        if (--depth === 0) return at + 1;
      } else if (code === SLASH && following === STAR && rules.nestedComment) {
        at++;
        depth++;
      }
    }
    return text.length;
  }
}

function isSpace(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= RETURN);
}

function isInLine(code: number): boolean {
  return code !== NEWLINE && code !== RETURN;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isWordStart(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || code === 95 || code >= 0x80;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code) || code === DOLLAR;
}

function isTagPart(code: number): boolean {
  return isWordStart(code) || isDigit(code);
}
