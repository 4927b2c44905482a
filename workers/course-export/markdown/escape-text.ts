import { joinLines } from './join-lines.ts';

/** Words as Markdown that says the same words. */
export function escapeText(text: string): string {
  const escaped = text
    .replace(/[\\`*[\]<~]/g, String.raw`\$&`)
    .replaceAll('](', String.raw`]\(`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
    .replace(/&(?=#?\w{1,40};)/g, String.raw`\&`)
    .replace(bareAddress, '$&\\');
  return joinLines(escaped);
}

/**
 * In what looks like an address nothing is escaped for its readers; where something has to be, it shall
 * not look like one.
 */
const bareAddress = /\b(?:https?(?=:\/\/\S{0,2000}[\\<>"])|www(?=\.\S{0,2000}[\\<>"]))/gi;

/** A title whose signs at its end would be no part of it. */
export function escapeTitleEnd(title: string): string {
  let start = title.length;
  while (title[start - 1] === '#') start--;
  return start === title.length ? title : `${title.slice(0, start)}\\${title.slice(start)}`;
}

/** Keeps a line of words from being a heading, a list, a quote or a rule. */
export function escapeLineStart(line: string): string {
  return line
    .replace(/^[ \t]+/, '')
    .replace(/^(?:#{1,6}(?=\s|$)|[-+](?=\s|$)|>|-{2,}|=+|[:|](?=[|:\s-]*$))/, String.raw`\$&`)
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, String.raw`$1\$2`);
}

/** An address between the brackets of a link. */
export function writeAddress(href: string, title = ''): string {
  const isPlain = /^[^\s()<>\\]+$/.test(href);
  const address = isPlain ? href : `<${href.replace(/\s/g, '%20').replace(/[<>\\]/g, hexOf)}>`;
  const named = title.replace(/\s+/g, ' ').replace(/["\\]/g, String.raw`\$&`);
  return named === '' ? address : `${address} "${named}"`;
}

function hexOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Code between as many backticks as it needs. */
export function writeCode(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  const isPadded = /^`|`$|^ .* $/.test(text);
  const line = joinLines(text);
  return isPadded ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
