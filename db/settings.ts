import { isIP } from 'node:net';

/** One setting: the variable's name, what it means, its default, and how its text is read. */
export type Setting<T> = {
  readonly name: string;
  readonly fallback: string | undefined;
  readonly meaning: string;
  readonly read: (text: string | undefined) => T;
};

/** Turns text into a value or throws an error whose message says what to write instead. */
type Parse<T> = (text: string) => T;

export function setting<T>(
  name: string,
  fallback: string,
  meaning: string,
  parse: Parse<T>,
): Setting<T> {
  return { name, fallback, meaning, read: (text) => parse(text ?? fallback) };
}

export function optional<T>(
  name: string,
  meaning: string,
  parse: Parse<T>,
): Setting<T | undefined> {
  return {
    name,
    fallback: undefined,
    meaning,
    read: (text) => (text === undefined ? undefined : parse(text)),
  };
}

export const anyText: Parse<string> = (text) => text;

/** Such as `eng+rus`; part of a file's name. */
export const ocrLanguages: Parse<string> = (text) => {
  if (/^[a-z][a-z_]{1,30}(\+[a-z][a-z_]{1,30}){0,7}$/i.test(text)) return text;
  throw new Error('write languages joined by +, such as eng+rus.');
};

const list: Parse<readonly string[]> = (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export function wholeNumber(least: number, most: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new Error(`write a whole number from ${least} to ${most}.`);
  };
}

const unitBytes = new Map([
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
]);

export const bytes: Parse<number> = (text) => {
  const match = /^(\d+)\s*(B|KB|MB|GB|TB)$/i.exec(text);
  const unit = unitBytes.get(match?.[2]?.toUpperCase() ?? '');
  const value = Number(match?.[1]) * (unit ?? 0);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error('write a number above 0 and its unit, such as 500MB or 4GB.');
};

/** The same; undefined for no limit. */
export const quota: Parse<number | undefined> = (text) =>
  text === 'off' ? undefined : bytes(text);

/** How many in which time; undefined for no limit. */
export type Rate = { readonly most: number; readonly windowMs: number };

const windowsMs = new Map([
  ['s', 1_000],
  ['min', 60_000],
  ['h', 3_600_000],
]);

export const rate: Parse<Rate | undefined> = (text) => {
  if (text === 'off') return undefined;
  const [, most, unit] = /^(\d{1,9})\/(s|min|h)$/.exec(text) ?? [];
  const windowMs = windowsMs.get(unit ?? '');
  if (windowMs !== undefined && Number(most) >= 1) return { most: Number(most), windowMs };
  throw new Error('write a number above 0 per s, min or h, such as 600/min, or off.');
};

export type Argon2Cost = {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
};

export const argon2Cost: Parse<Argon2Cost> = (text) => {
  const [, memory, passes, parallelism] =
    /^m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})$/.exec(text)?.map(Number) ?? [];
  if (memory && passes && parallelism && memory >= 8 * parallelism && memory <= 4_194_304) {
    return { memory, passes, parallelism };
  }
  throw new Error('write memory in KiB, passes and lanes, such as m=19456,t=2,p=1.');
};

export function choice<const T extends string>(...allowed: readonly T[]): Parse<T> {
  return (text) => {
    const found = allowed.find((value) => value === text);
    if (found !== undefined) return found;
    throw new Error(`write one of ${allowed.join(', ')}.`);
  };
}

export function url(...schemes: readonly string[]): Parse<string> {
  return (text) => {
    if (URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1))) return text;
    throw new Error(
      `write an address that begins with ${schemes.map((s) => `${s}://`).join(' or ')}.`,
    );
  };
}

/** `false` trusts nobody's X-Forwarded-For, a number that many hops, a list those addresses. */
export const proxyTrust: Parse<false | number | readonly string[]> = (text) => {
  if (text === 'false') return false;
  if (/^\d+$/.test(text)) return Number(text);
  const addresses = list(text);
  if (addresses.length > 0 && addresses.every(isAddressOrRange)) return addresses;
  throw new Error(
    'write false, the number of proxies in front, or their addresses separated by commas, such as 10.0.0.1 or 10.0.0.0/8.',
  );
};

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d+$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128);
}

/** As browsers send them: anything else would be compared and never fit. */
export const origins: Parse<readonly string[]> = (text) => {
  const found = list(text);
  const wrong = found.find((item) => !isOrigin(item));
  if (wrong === undefined) return found;
  throw new Error(
    `${wrong} is not an origin: write scheme and host without a path or a final slash, such as https://example.org, separated by commas.`,
  );
};

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
