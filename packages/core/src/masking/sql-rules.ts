import type { SqlDialect } from '../contracts/index.js';

/** Where dialects read the same characters differently. */
export interface SqlRules {
  /** A backslash escapes within every string, not only within `E'…'`. */
  backslash: boolean;
  /** A backslash behind a character that isn't ASCII is that character's second half, as in GBK and Shift-JIS. */
  wide: boolean;
  /** `"…"` is a string, not an identifier. */
  doubleQuotedString: boolean;
  /** `` `…` `` quotes an identifier. */
  backtick: boolean;
  /** `[…]` quotes an identifier. */
  bracket: boolean;
  /** `$tag$…$tag$` is a string. */
  dollarQuote: boolean;
  /** `q'[…]'` is a string. */
  alternativeQuote: boolean;
  /** `#` begins a comment. */
  hashComment: boolean;
  /** `--` begins a comment only before white space. */
  dashNeedsSpace: boolean;
  /** `/*` nests. */
  nestedComment: boolean;
  /** `:1` stands for a parameter. */
  colonNumber: boolean;
}

const POSTGRESQL: SqlRules = {
  backslash: false,
  wide: false,
  doubleQuotedString: false,
  backtick: false,
  bracket: false,
  dollarQuote: true,
  alternativeQuote: false,
  hashComment: false,
  dashNeedsSpace: false,
  nestedComment: true,
  colonNumber: false,
};

const MYSQL: SqlRules = {
  ...POSTGRESQL,
  backslash: true,
  doubleQuotedString: true,
  backtick: true,
  dollarQuote: false,
  hashComment: true,
  dashNeedsSpace: true,
  nestedComment: false,
};

const SQL_SERVER: SqlRules = { ...POSTGRESQL, dollarQuote: false, bracket: true };
const ORACLE: SqlRules = {
  ...POSTGRESQL,
  dollarQuote: false,
  alternativeQuote: true,
  nestedComment: false,
  colonNumber: true,
};
const SQLITE: SqlRules = {
  ...POSTGRESQL,
  // SQLite reads "…" as a string where no column has that name.
  doubleQuotedString: true,
  backtick: true,
  bracket: true,
  dollarQuote: false,
  nestedComment: false,
  colonNumber: true,
};

const POSTGRESQL_ESCAPING: SqlRules = { ...POSTGRESQL, backslash: true };
const MYSQL_PLAIN: SqlRules = { ...MYSQL, backslash: false };

/** How the strings of a dialect may be read: without escapes, with them, and where nobody knows. */
interface Readings {
  plain: readonly SqlRules[];
  escaping: readonly SqlRules[];
  unknown: readonly SqlRules[];
}

/** MySQL without `ANSI_QUOTES`, whose identifiers end where its strings do. */
const FOR_POSTGRESQL = both(POSTGRESQL, POSTGRESQL_ESCAPING);
const FOR_MYSQL = both(MYSQL_PLAIN, MYSQL);
const BY_DIALECT: Readonly<Record<SqlDialect, Readings>> = {
  postgresql: FOR_POSTGRESQL,
  mysql: FOR_MYSQL,
  mariadb: FOR_MYSQL,
  sqlite: one(SQLITE),
  'microsoft.sql_server': one(SQL_SERVER),
  'oracle.db': one(ORACLE),
};

/** One set of rules of each kind: together, every way to read a text. */
const ALL: readonly SqlRules[] = [POSTGRESQL, MYSQL, SQL_SERVER, ORACLE, SQLITE];
const ALL_ESCAPING: readonly SqlRules[] = [...ALL, POSTGRESQL_ESCAPING, MYSQL_PLAIN];
/** Without one of these every dialect reads a text alike. */
const AMBIGUOUS = /[\\"`#$[:]|--|\/\*|q'/i;
/** Without one of these it is all the same whether a backslash escapes. */
const ESCAPED = /\\['"]/;
/** The statement may change the answer for those that follow it. */
const SETTING = /sql_mode|standard_conforming_strings/i;
const wideReadings = new Map<readonly SqlRules[], readonly SqlRules[]>();

/**
 * All the ways in which a text has to be read: one where the dialect is known, or where dialects agree on it.
 *
 * @param backslash whether a backslash escapes within every string, if that is known
 */
export function readings(text: string, dialect?: SqlDialect, backslash?: boolean): readonly SqlRules[] {
  const known = dialect === undefined ? undefined : BY_DIALECT[dialect];
  const escaped = ESCAPED.test(text);
  if (!known) {
    if (escaped) return withHalves(text, ALL_ESCAPING);
    return AMBIGUOUS.test(text) ? ALL : FOR_POSTGRESQL.plain;
  }
  if (!escaped) return known === FOR_MYSQL ? known.escaping : known.plain;
  if (backslash === undefined || SETTING.test(text)) return withHalves(text, known.unknown);
  return withHalves(text, backslash ? known.escaping : known.plain);
}

/** A text that isn't UTF-8 may be in an encoding whose characters can end in the byte of a backslash. */
function withHalves(text: string, rules: readonly SqlRules[]): readonly SqlRules[] {
  if (!text.includes('\ufffd')) return rules;
  let all = wideReadings.get(rules);
  if (all === undefined) {
    all = rules.flatMap((each) => [each, { ...each, wide: true }]);
    wideReadings.set(rules, all);
  }
  return all;
}

function both(plain: SqlRules, escaping: SqlRules): Readings {
  return { plain: [plain], escaping: [escaping], unknown: [plain, escaping] };
}

function one(rules: SqlRules): Readings {
  return { plain: [rules], escaping: [rules], unknown: [rules] };
}
