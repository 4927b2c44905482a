import { after } from 'node:test';

export type Heard = {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
};

export type Following = {
  readonly answer: Response;
  readonly heard: readonly Heard[];
  /** Lines that are comments. */
  readonly comments: readonly string[];
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
};

const open: (() => void)[] = [];
after(() => {
  for (const stop of open) stop();
});

/** Reads server-sent events until they end. */
export async function followEvents(
  url: string,
  headers: Record<string, string>,
): Promise<Following> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  open.push(stop);
  const answer = await fetch(url, { headers, signal: abort.signal });
  const heard: Heard[] = [];
  const comments: string[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = `${text}${chunk}`.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.startsWith(':')) comments.push(block);
        else if (block.includes('data: ')) heard.push(parseBlock(block));
      }
    }
  };
  const ended = read();
  ended.catch(() => undefined);
  return { answer, heard, comments, ended, stop };
}

function parseBlock(block: string): Heard {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const data: Record<string, unknown> = JSON.parse(fields.get('data') ?? '{}');
  return { event: fields.get('event') ?? 'message', id: fields.get('id'), data };
}
