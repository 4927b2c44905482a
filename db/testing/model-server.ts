import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenLocally } from './listen-locally.ts';

export type ModelServer = AsyncDisposable & {
  /** As MODELS_URL takes it. */
  readonly url: string;
  /** What was asked for, with the range. */
  readonly asked: readonly string[];
  /** Ends the connection in the middle of this file, once. */
  cut(name: string): void;
  /** Sends other bytes than it lists. */
  spoil(name: string): void;
};

/** A hub with one repository, which lists its files and sends them, or parts of them. */
export async function openModelServer(
  repository: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<ModelServer> {
  const revision = createHash('sha1').update(repository).digest('hex');
  const asked: string[] = [];
  const spoilt = new Set<string>();
  const cuts = new Set<string>();

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === `/api/models/${repository}/revision/main?blobs=true`) {
      response.end(JSON.stringify({ sha: revision, siblings: [...files].map(describe) }));
      return;
    }
    const prefix = `/${repository}/resolve/${revision}/`;
    const name = request.url?.startsWith(prefix) ? request.url.slice(prefix.length) : '';
    const bytes = files.get(name);
    if (bytes === undefined) return void response.writeHead(404).end();
    const { range } = request.headers;
    asked.push(range === undefined ? name : `${name} ${range}`);
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const sent = spoilt.has(name) ? Buffer.alloc(bytes.length - from) : bytes.subarray(from);
    response.writeHead(range === undefined ? 200 : 206, { 'content-length': sent.length });
    if (!cuts.delete(name)) return void response.end(sent);
    response.write(sent.subarray(0, sent.length >> 1), () => response.socket?.end());
  }

  const server = await listenLocally(answer);
  return {
    ...server,
    asked,
    cut: (name) => cuts.add(name),
    spoil: (name) => spoilt.add(name),
  };
}

/** Large files are listed with the hash of their content, others with that of Git's. */
function describe([rfilename, bytes]: [string, Buffer]): object {
  const git = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const isLarge = rfilename.endsWith('.onnx');
  return { rfilename, size: bytes.length, blobId: git, ...(isLarge && { lfs: { sha256 } }) };
}
