import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './packages.mjs';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a TypeScript file on Node 24: in this process where it is one, else in a child that ends with it.
 * @param {string} file inside docker/
 * @param {readonly string[]} args
 */
export async function runOnNode24(file, args) {
  const path = join(root, 'docker', file);
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    process.argv = [process.execPath, path, ...args];
    endWithParent(() => process.kill(process.pid, 'SIGTERM'));
    await import(pathToFileURL(path).href);
    return;
  }
  // A group of its own: a terminal's Ctrl-C reaches this process alone, which hands it on once.
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [path, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: withBin(process.env['PATH'] ?? '') },
    detached: true,
  });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  endWithParent(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`Node 24 does not start (${error.message}). Type: npm ci\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

/** @param {string} path */
function withBin(path) {
  return `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${path}`;
}

/**
 * Some shells between npm and this process do not hand signals on; then npm ends and this would stay.
 * @param {() => void} end
 */
function endWithParent(end) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, 500);
  timer.unref();
}
