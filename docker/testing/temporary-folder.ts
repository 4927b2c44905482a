import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A folder that is gone when the test file ends; other users may pass through it unless it is closed. */
export async function makeTemporaryFolder({ closed = false } = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-docker-'));
  if (!closed) await chmod(folder, 0o755);
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
