import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readConfig } from '@lectern/db/config';
import { open as openStore } from '@lectern/db/open';
import { insertCourse } from '@lectern/db/postgres/courses';
import { newId } from '@lectern/db/postgres/new-id';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { median, report, say } from './bench/report.ts';
import { withBenchProcess } from './bench/with-bench-process.ts';

/** As `npm start` runs the API. */
const flags = ['--max-semi-space-size=2'];
const rounds = 5;
const sizeBytes = 1_000_000_000;
const boundary = '----lectern-bench';
const run = promisify(execFile);

type Target = { readonly url: string; readonly token: string };

const folder = await mkdtemp(join(tmpdir(), 'lectern-upload-'));
try {
  const file = join(folder, 'large.txt');
  await writeText(file);
  const server = import.meta.resolve('./bench/api-server.ts');
  await withBenchProcess(fileURLToPath(server), { flags }, async ({ child, env, said }) => {
    const store = openStore(readConfig(env, null), 'bench');
    const { userId, token } = await logInAs(store, 'user');
    const viewer = { id: userId, role: 'user', email: '', name: '' } as const;
    const idleMb = await readRssMb(child.pid, 'VmRSS');
    const rates = { copied: [] as number[], uploaded: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      rates.copied.push(await measureCopy(file));
      // In a course of its own: where the same bytes are already, they would not be kept.
      const courseId = newId();
      await insertCourse(store.postgres, viewer, {
        course: { id: courseId, title: 'Bench' },
        author: { userId, requestId: null, address: null },
      });
      const url = `${String(Reflect.get(Object(said), 'address'))}/v1/courses/${courseId}/materials`;
      rates.uploaded.push(await measureUpload(file, { url, token }));
      await rm(join(store.config.dataDir, 'objects', 'materials'), { recursive: true });
    }
    const [copied, uploaded] = [median(rates.copied), median(rates.uploaded)];
    say(`upload  1 GB: ${uploaded.toFixed(0)} MB/s, cp and sha256sum ${copied.toFixed(0)} MB/s`);
    report('upload  against cp and sha256sum', { value: uploaded / copied, sign: '≥', goal: 1 });
    const peakMb = await readRssMb(child.pid, 'VmHWM');
    say(`upload  server memory before ${idleMb.toFixed(0)} MB`);
    report('upload  server memory at most, MB', { value: peakMb, sign: '≤', goal: 200 });
    await store.close();
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Lines of random letters: text, and nothing that a disk could store in less. */
async function writeText(path: string): Promise<void> {
  await using file = await open(path, 'w');
  for (let written = 0; written < sizeBytes;) {
    const lines = randomBytes(750_000).toString('base64').replace(/.{99}/g, '$&\n');
    const piece = lines.slice(0, sizeBytes - written);
    await file.write(piece);
    written += piece.length;
  }
  await file.sync();
}

async function measureCopy(file: string): Promise<number> {
  const copy = join(folder, 'copy.txt');
  const startedMs = performance.now();
  await run('cp', [file, copy]);
  await run('sha256sum', [copy]);
  const seconds = (performance.now() - startedMs) / 1_000;
  await rm(copy);
  return sizeBytes / 1e6 / seconds;
}

/** From the first byte sent to the answer, at which the file is on the disk and its row committed. */
async function measureUpload(file: string, { url, token }: Target): Promise<number> {
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const startedMs = performance.now();
  const post = request(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + sizeBytes + tail.length,
    },
  });
  const answered = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    post.on('error', reject).on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
  });
  await pipeline(async function* () {
    yield head;
    yield* createReadStream(file, { highWaterMark: 1024 * 1024 });
    yield tail;
  }, post);
  const { status, body } = await answered;
  const seconds = (performance.now() - startedMs) / 1_000;
  if (status !== 202) throw new Error(`the upload was answered with ${status}: ${body}`);
  return sizeBytes / 1e6 / seconds;
}

async function readRssMb(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_000;
}
