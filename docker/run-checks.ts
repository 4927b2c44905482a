import { spawn } from 'node:child_process';
import { root } from './parts.ts';

export type CheckReport = {
  readonly name: string;
  readonly passed: boolean;
  readonly words: string;
  readonly ms: number;
};

/** The scripts of package.json that look at the code without running it. */
export const checks = ['format:check', 'lint', 'types', 'unused'] as const;

/** Runs one of them through turbo, which remembers what passed on these very files. */
export async function runCheck(name: string, signal: AbortSignal): Promise<CheckReport> {
  const startedAt = performance.now();
  const words = ['run', name, '--output-logs=errors-only', '--log-prefix=none', '--ui=stream'];
  const child = spawn('turbo', words, {
    cwd: root,
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
      FORCE_COLOR: '0',
      npm_config_loglevel: 'silent',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const passed = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  return { name, passed, words: output.trim(), ms: performance.now() - startedAt };
}
