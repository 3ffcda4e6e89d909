import type { SqlDialect } from '../contracts/index.js';

/** Where dialects read the same characters differently. */
export interface SqlRules {
  /** A backslash escapes within every string, not only within `E'…'`. */
  backslash: boolean;
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

/** The rules of each dialect, PostgreSQL with `standard_conforming_strings` on, MySQL without `ANSI_QUOTES`. */
const SQL_RULES: Readonly<Record<SqlDialect, SqlRules>> = {
  postgresql: POSTGRESQL,
  mysql: MYSQL,
  mariadb: MYSQL,
  sqlite: SQLITE,
  'microsoft.sql_server': SQL_SERVER,
  'oracle.db': ORACLE,
};

/** One set of rules of each kind: together, every way to read a text. */
const ALL: readonly SqlRules[] = [POSTGRESQL, MYSQL, SQL_SERVER, ORACLE, SQLITE];
/** Without one of these every dialect reads a text alike. */
const AMBIGUOUS = /[\\"`#$[:]|--|\/\*|q'/i;

/** All the ways in which a text has to be read: one where the dialect is known, or where dialects agree on it. */
export function readings(text: string, dialect?: SqlDialect): readonly SqlRules[] {
  const known = dialect === undefined ? undefined : SQL_RULES[dialect];
  if (known) return [known];
  return AMBIGUOUS.test(text) ? ALL : [POSTGRESQL];
}
