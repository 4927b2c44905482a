import { after } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { until } from '@lectern/db/testing/until';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

type Options = { readonly port: number; readonly courseId: string; readonly token: string };

export type YjsClient = {
  readonly doc: Y.Doc;
  readonly nodes: Y.Map<Y.Map<unknown>>;
  readonly edges: Y.Map<Y.Map<unknown>>;
  readonly provider: WebsocketProvider;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  addNode(id: string, fields?: Readonly<Record<string, unknown>>): void;
  synced(): Promise<void>;
};

const providers: WebsocketProvider[] = [];
// Each of them listens for the end of the process.
process.setMaxListeners(0);
after(() => {
  for (const provider of providers) {
    provider.destroy();
    // Its awareness keeps a timer until then.
    provider.doc.destroy();
  }
});

/** An editor as the npm package `y-websocket` makes it, unchanged. */
export function openYjs({ port, courseId, token }: Options, doc = new Y.Doc()): YjsClient {
  const url = `ws://127.0.0.1:${port}/v1/courses/${courseId}`;
  const closing = Promise.withResolvers<{ code: number; reason: string }>();
  class Socket extends WebSocket {
    constructor(address: string) {
      super(address);
      this.on('close', (code, reason) => closing.resolve({ code, reason: String(reason) }));
    }
  }
  const provider = new WebsocketProvider(url, 'live', doc, {
    params: { token },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is one, but for what a page needs
    WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    maxBackoffTime: 200,
  });
  providers.push(provider);
  const nodes: Y.Map<Y.Map<unknown>> = doc.getMap('nodes');
  const edges: Y.Map<Y.Map<unknown>> = doc.getMap('edges');
  return {
    doc,
    nodes,
    edges,
    provider,
    closed: closing.promise,
    addNode(id, fields = {}) {
      const all = {
        type: 'lesson',
        title: `Lesson ${id}`,
        position: { x: 0, y: 0 },
        data: {},
        ...fields,
      };
      const node = new Y.Map<unknown>(Object.entries(all));
      nodes.set(id, node);
    },
    synced: async () => {
      await until('the document is synced', async () => provider.synced);
    },
  };
}

export async function untilEqual(...docs: readonly Y.Doc[]): Promise<void> {
  await until('the documents are equal', async () => {
    const [first, ...rest] = docs.map(readAll);
    return rest.every((other) => isDeepStrictEqual(other, first));
  });
}

function readAll(doc: Y.Doc): unknown {
  return { nodes: doc.getMap('nodes').toJSON(), edges: doc.getMap('edges').toJSON() };
}
