import { isSecretName } from './secret-name.js';
import type { SqlToken } from './sql-lexer.js';

/** What may follow PASSWORD without being one. */
const NOT_A_PASSWORD = new Set(
  'AND AS BY DEFAULT END EXPIRE EXTERNAL FAILED_LOGIN_ATTEMPTS FOR HISTORY IN INTERVAL IS LOCK NEVER NOT NULL ON OPTIONAL OR PASSWORD_LOCK_TIME RANDOM REQUIRE RETAIN REUSE SET UNLOCK VALID VALUES VERIFIER WITH'.split(
    ' ',
  ),
);
const ACCOUNTS = new Set(['USER', 'ROLE', 'LOGIN', 'GROUP']);

/**
 * Watches for passwords that are written without string quotes: `IDENTIFIED BY secret`, `ALTER ROLE r PASSWORD secret`,
 * `SET PASSWORD = secret`, `SET my.token TO secret`, and Oracle's `IDENTIFIED BY "secret"`.
 */
export class SqlCredentialWatch {
  #words = 0;
  #first = '';
  #second = '';
  #last = '';
  #identified = 0;
  #expected = false;
  #inside = false;

  /** Takes the next token of a statement, and says whether it is (a part of) a password. */
  holds(token: SqlToken, text: string, start: number, end: number): boolean {
    if (token === 'space' || token === 'comment') {
      this.#inside = false;
      return false;
    }
    const word = token === 'word' && end - start < 32 ? text.slice(start, end).toUpperCase() : '';
    if (token === 'symbol' && end - start === 1 && ';,()'.includes(text.charAt(start))) {
      this.#inside = this.#expected = false;
      if (text.charAt(start) === ';') this.#words = 0;
      return false;
    }
    if (this.#inside) return true;
    if (this.#expected) return this.#password(token, word, text.charAt(start));
    this.#watch(word, token, text.charAt(start));
    return false;
  }

  #password(token: SqlToken, word: string, first: string): boolean {
    if (token === 'symbol' && (first === '=' || first === ':')) return false;
    if (word === 'VALUES' || word === 'PASSWORD' || word === 'TO') return false;
    this.#expected = false;
    if (word !== '' && NOT_A_PASSWORD.has(word)) {
      this.#identified = word === 'BY' ? 1 : 0;
      return false;
    }
    if (token === 'parameter') return false;
    this.#inside = token !== 'string' && token !== 'identifier';
    return true;
  }

  #watch(word: string, token: SqlToken, first: string): void {
    if (token === 'symbol' && first === '=') {
      this.#expected = this.#setsSecret();
      return;
    }
    if (token !== 'word') {
      if (this.#identified > 0) this.#identified--;
      return;
    }
    if (word === 'TO') this.#expected = this.#setsSecret();
    this.#last = word;
    this.#words++;
    if (this.#words === 1) {
      this.#first = word;
      this.#second = '';
    } else if (this.#words === 2) this.#second = word;

    if (word === 'IDENTIFIED') {
      this.#identified = 8;
    } else if (this.#identified > 0) {
      this.#identified--;
      if (word === 'BY' || word === 'AS' || word === 'USING') {
        this.#expected = true;
        this.#identified = 0;
      }
    } else if (word === 'PASSWORD' && this.#setsPassword()) {
      this.#expected = true;
    }
  }

  /** Whether what comes next is the value of a setting, or of a variable, that sounds like a secret. */
  #setsSecret(): boolean {
    return this.#first === 'SET' && (this.#second === 'PASSWORD' || isSecretName(this.#last));
  }

  #setsPassword(): boolean {
    if (this.#first === 'GRANT') return true;
    return (this.#first === 'CREATE' || this.#first === 'ALTER') && ACCOUNTS.has(this.#second);
  }
}
