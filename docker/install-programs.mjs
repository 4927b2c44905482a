import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './packages.mjs';
import { findMissing, isOnPath } from './programs.mjs';
import { tell } from './tell.mjs';

/** @typedef {import('./programs.mjs').Program} Program */

const cache = join(root, '.cache');
const limitSeconds = 600;
const retryAfterMs = 24 * 3_600_000;
const aptWords =
  'env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l LC_ALL=C ' +
  `timeout --kill-after=30 ${limitSeconds} apt-get -q -y ` +
  '-o DPkg::Lock::Timeout=60 -o Acquire::http::Timeout=20';

/**
 * Installs what is missing where that needs no person, and says the line to type for the rest.
 * A machine without these programs still runs Lectern, so nothing here fails.
 * @param {readonly Program[]} wanted
 * @param {{ mayInstall?: boolean }} [options]
 * @returns {readonly Program[]} what is still missing
 */
export function ensurePrograms(wanted, { mayInstall = true } = {}) {
  const missing = findMissing(wanted);
  if (missing.length === 0) return missing;
  if (mayInstall && !wasTriedLately(missing)) installNow(missing);
  const still = findMissing(missing);
  for (const { name, feature } of still) tell(`Without ${name} this is off: ${feature}.`);
  if (still.length > 0) tell(`To have it, type: ${lineToType(still)}`);
  return still;
}

/** @param {readonly Program[]} missing */
function installNow(missing) {
  const install = chooseInstaller();
  if (install === undefined) return;
  const names = missing.map(({ name }) => name).join(', ');
  tell(`Installing ${names} with ${install.name}, once. This can take some minutes.`);
  const problem = install.run(missing);
  if (problem !== undefined) tell(`${install.name} could not do it: ${problem}`);
  rememberTry(missing);
}

/** @returns {{ name: string, run: (missing: readonly Program[]) => string | undefined } | undefined} */
function chooseInstaller() {
  if (isOnPath('apt-get')) {
    if (process.getuid?.() === 0) return { name: 'apt-get', run: (m) => installWithApt(m, []) };
    const sudo = ['sudo', '-n'];
    const maySudo = isOnPath('sudo') && spawnSync('sudo', ['-n', 'true'], { timeout: 5_000 });
    if (maySudo && maySudo.status === 0) {
      return { name: 'apt-get', run: (m) => installWithApt(m, sudo) };
    }
  } else if (isOnPath('brew')) {
    return { name: 'brew', run: (m) => run(['brew', 'install', ...m.flatMap(({ brew }) => brew)]) };
  }
  return undefined;
}

/**
 * @param {readonly Program[]} missing
 * @param {readonly string[]} sudo
 */
function installWithApt(missing, sudo) {
  // `timeout` and not ours: behind sudo only root may end apt.
  const apt = [...sudo, ...aptWords.split(' ')];
  const packages = missing.flatMap((program) => program.apt);
  const install = [...apt, 'install', '--no-install-recommends', ...packages];
  if (hasLists() && run(install) === undefined) return undefined;
  return run([...apt, 'update']) ?? run(install);
}

function hasLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));
  } catch {
    return false;
  }
}

/**
 * @param {readonly string[]} words
 * @returns {string | undefined} undefined when it went well, else its last words
 */
function run([command = '', ...args]) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: (limitSeconds + 60) * 1000,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return undefined;
  if (status === 124) return `it took longer than ${limitSeconds / 60} minutes.`;
  return error?.message ?? `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? `status ${status}`;
}

/** @param {readonly Program[]} missing */
function lineToType(missing) {
  const byBrew = isOnPath('brew') || process.platform === 'darwin';
  if (byBrew) return `brew install ${missing.flatMap(({ brew }) => brew).join(' ')}`;
  const packages = missing.flatMap(({ apt }) => apt).join(' ');
  return `sudo apt-get update && sudo apt-get install -y ${packages}`;
}

const tries = join(cache, 'programs.json');

/** @param {readonly Program[]} missing */
function wasTriedLately(missing) {
  if (!existsSync(tries)) return false;
  try {
    const { at, names } = JSON.parse(readFileSync(tries, 'utf8'));
    return Date.now() - at < retryAfterMs && missing.every(({ name }) => names.includes(name));
  } catch {
    return false;
  }
}

/**
 * A try that failed is not made again at each start: it would hold the start up for minutes.
 * @param {readonly Program[]} missing
 */
function rememberTry(missing) {
  const names = findMissing(missing).map(({ name }) => name);
  if (names.length === 0) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(tries, JSON.stringify({ at: Date.now(), names }));
}
