import { nearestName } from '../config/nearest.js';
import { ConfigurationError, type Selector, type SelectorKey } from '../contracts/index.js';

const KEYS: readonly SelectorKey[] = ['pid', 'comm', 'exe', 'port', 'cgroup', 'container'];
const MAX_PID = 2 ** 22;

/**
 * Reads a selector: `key=value`.
 *
 * @throws ConfigurationError `SELECTOR_INVALID`
 */
export function parseSelector(text: string): Selector {
  const equals = text.indexOf('=');
  if (equals < 1) invalid(text, "it has the form key=value, e.g. 'comm=nginx'");
  return checkSelector({ key: text.slice(0, equals) as SelectorKey, value: text.slice(equals + 1) });
}

/** The text form of a selector. */
export function formatSelector({ key, value }: Selector): string {
  return `${key}=${value}`;
}

/**
 * Checks a selector, and brings its value into the form that matching uses.
 *
 * @throws ConfigurationError `SELECTOR_INVALID`
 */
export function checkSelector(selector: Selector): Selector {
  const { key, value } = selector;
  const text = formatSelector(selector);
  if (!KEYS.includes(key)) {
    const nearest = nearestName(key, KEYS);
    invalid(text, nearest ? `did you mean '${nearest}=${value}'?` : `known keys: ${KEYS.join(', ')}`);
  }
  if (value === '') invalid(text, 'the value is missing');
  return { key, value: CHECKS[key](value, text) };
}

const CHECKS: Record<SelectorKey, (value: string, text: string) => string> = {
  pid: (value, text) => integer(value, MAX_PID, text, 'a pid is a number from 1 to 4194304'),
  port: (value, text) => integer(value, 65535, text, 'a port is a number from 1 to 65535'),
  comm: (value) => value,
  exe: (value, text) => {
    if (value.includes('/') && !value.startsWith('/') && !value.startsWith('*')) {
      invalid(text, 'a path is absolute; a name without / stands for any file of that name');
    }
    return value;
  },
  cgroup: (value, text) => {
    const path = value.replace(/^\/sys\/fs\/cgroup(\/unified)?(?=\/|$)/, '').replace(/\/+$/, '');
    if (path !== '' && !path.startsWith('/')) invalid(text, 'a cgroup is a path from the root of its hierarchy');
    if (path === '') invalid(text, 'the root cgroup holds every process: leave the selector out');
    return path;
  },
  container: (value, text) => {
    const id = value.toLowerCase();
    if (!/^[0-9a-f]{4,64}$/.test(id)) invalid(text, 'a container is named by 4 to 64 hexadecimal digits of its id');
    return id;
  },
};

function integer(value: string, maximum: number, text: string, hint: string): string {
  const number = Number(value);
  if (!/^[0-9]+$/.test(value) || number < 1 || number > maximum) invalid(text, hint);
  return String(number);
}

function invalid(text: string, hint: string): never {
  throw new ConfigurationError('SELECTOR_INVALID', `selector '${text}' can't be read`, { hint });
}
