// The second half of `npm test`, on Node 24: the checks, then every test file, two at a time.
import { globSync, mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { root } from './parts.ts';
import { checks, runCheck } from './run-checks.ts';
import { listenForStop } from './stop-requests.ts';
import { type FileReport, runTestFile } from './test-file.ts';
import { startTestServers, type TestServers } from './test-servers.ts';

const fileLimitMs = 300_000;
const atOnce = 2;
const isCi = process.env['CI'] === 'true';

const requests = listenForStop();
const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;

if (wanted.length === 0) await runChecks();
await runFiles(findFiles(wanted));
requests.close();
if (requests.asked.aborted) say('Stopped before the end.');
if (skipped > 0) say(`${skipped} skipped`);
say(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || requests.asked.aborted ? 1 : 0);

async function runChecks(): Promise<void> {
  for (const name of checks) {
    if (requests.asked.aborted) return;
    const report = await runCheck(name, requests.asked);
    if (report.passed) passed++;
    else failed++;
    say(`${mark(report.passed)} ${name} ${seconds(report.ms)}`);
    if (!report.passed) say(indent(report.words));
  }
}

async function runFiles(files: readonly string[]): Promise<void> {
  if (requests.asked.aborted) return;
  if (files.length === 0) {
    failed++;
    return say(`${mark(false)} No test file fits ${wanted.join(' ')}`);
  }
  try {
    await using servers = await startTestServers({ durable: false, signal: requests.asked });
    tellOfRedis(servers);
    const journals = join(servers.folder, 'journals');
    mkdirSync(journals);
    const waiting = files.entries();
    const work = async () => {
      for (const [index, file] of waiting) {
        if (requests.asked.aborted) return;
        const report = await runTestFile({
          file,
          env: { ...process.env, ...servers.env },
          journal: join(journals, String(index)),
          limitMs: fileLimitMs,
          signal: requests.asked,
        });
        tellOfFile(report);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  } catch (error) {
    if (requests.asked.aborted) return;
    failed++;
    say(
      `${mark(false)} The servers for the tests: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** All, or those whose path is given, whole or in part. */
function findFiles(paths: readonly string[]): string[] {
  const all = globSync('**/*.test.ts', {
    cwd: root,
    exclude: (path) => ['node_modules', '.cache', 'data'].includes(path),
  }).toSorted();
  const fits = (file: string) =>
    paths.some((path) => file.includes(relative(root, resolve(root, path)) || file));
  return (paths.length === 0 ? all : all.filter(fits)).map((file) => join(root, file));
}

function tellOfRedis({ hasRedis }: TestServers): void {
  if (hasRedis) return;
  say(
    `${mark(!isCi)} Tests that need Redis are skipped: redis-server does not run on this machine.`,
  );
  if (isCi) failed++;
}

function tellOfFile(report: FileReport): void {
  passed += report.passed;
  failed += report.failures.length;
  skipped += report.skipped.length;
  const isWell = report.failures.length === 0;
  say(`${mark(isWell)} ${report.file} (${report.passed}) ${seconds(report.ms)}`);
  for (const { name, words } of report.skipped) say(`  - ${name}: skipped. ${words}`);
  for (const { name, words } of report.failures) say(`  ${mark(false)} ${name}\n${indent(words)}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function mark(isWell: boolean): string {
  return isWell ? '✔' : '✖';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function indent(text: string): string {
  return text.trim().replaceAll(/^/gm, '    ');
}
