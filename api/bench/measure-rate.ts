import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const autocannon = fileURLToPath(import.meta.resolve('autocannon'));

/** Requests a second that were answered with 2xx; any other answer is a fault of the bench. */
export async function measureRate(url: string, words: readonly string[]): Promise<number> {
  const load = ['--json', '--no-progress', '--connections', '20', '--duration', '2', ...words, url];
  const { stdout } = await run(process.execPath, [autocannon, ...load], { timeout: 60_000 });
  const result: { '2xx': number; non2xx: number; errors: number; duration: number } =
    JSON.parse(stdout);
  const failed = result.non2xx + result.errors;
  if (failed > 0 || result['2xx'] === 0) throw new Error(`${url} failed ${failed} times`);
  return result['2xx'] / result.duration;
}
