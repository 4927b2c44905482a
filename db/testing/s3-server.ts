import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type S3Server = AsyncDisposable & {
  /** As OBJECTS_URL takes it; the bucket does not exist yet. */
  readonly url: string;
  /** Names of parts of multipart uploads that were neither completed nor aborted. */
  readonly listParts: () => Promise<string[]>;
};

/** An S3 server in a process and a folder of its own. */
export async function openS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'lectern-s3-'));
  const main = join(import.meta.dirname, 's3-server-main.ts');
  const child = fork(main, [directory], {
    // s3rver makes the tokens of its pages with DES.
    execArgv: ['--openssl-legacy-provider'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = await once(child, 'message');
  return {
    url: `s3://S3RVER:S3RVER@127.0.0.1:${message.port}/lectern-test?region=us-east-1&tls=false`,
    async listParts() {
      const names = await readdir(directory, { recursive: true });
      return names.filter((name) => name.includes('._S3rver_uploads/'));
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
