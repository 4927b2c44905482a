import * as Y from 'yjs';

/** A run of what one client wrote, by its own count: from `from` to before `to`. */
export type Span = { readonly client: number; readonly from: number; readonly to: number };

/** What a Yjs update brings and what it builds on, without opening a document. */
export type UpdateFacts = {
  /** In the order of the update; those of one client follow on each other. */
  readonly spans: readonly Span[];
  readonly deletions: readonly Span[];
  /** Places that its pieces stand beside or inside of. */
  readonly needs: readonly { readonly client: number; readonly clock: number }[];
};

export class BadUpdate extends Error {
  override readonly name = 'BadUpdate';
}

/** Reads all of it, so that what is cut off, or is no update, is found out. */
export function readUpdate(bytes: Uint8Array): UpdateFacts {
  const { structs, ds } = decode(bytes);
  const spans: { client: number; from: number; to: number }[] = [];
  const needs: { client: number; clock: number }[] = [];
  for (const struct of structs) {
    if (struct instanceof Y.Skip) throw new BadUpdate('it has gaps');
    const { client, clock } = struct.id;
    const last = spans.at(-1);
    if (last?.client === client && last.to === clock) last.to = clock + struct.length;
    else spans.push({ client, from: clock, to: clock + struct.length });
    if (!(struct instanceof Y.Item)) continue;
    const parent: unknown = struct.parent;
    for (const id of [struct.origin, struct.rightOrigin, parent]) {
      // Mostly its own writer's, of which the run tells already.
      if (id instanceof Y.ID && (id.client !== client || id.clock >= clock)) needs.push(id);
    }
  }
  const deletions = [...ds.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, from: clock, to: clock + len })),
  );
  return { spans, deletions, needs };
}

function decode(bytes: Uint8Array): ReturnType<typeof Y.decodeUpdate> {
  try {
    return Y.decodeUpdate(bytes);
  } catch (cause) {
    throw new BadUpdate('it cannot be read', { cause });
  }
}
