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
  /** It holds what could be read and not be written again. */
  readonly isTooDeep: boolean;
};

export class BadUpdate extends Error {
  override readonly name = 'BadUpdate';
}

/** Reads all of it, so that what is cut off, or is no update, is found out. */
export function readUpdate(bytes: Uint8Array): UpdateFacts {
  const { structs, ds } = decode(bytes);
  const spans: { client: number; from: number; to: number }[] = [];
  const needs: { client: number; clock: number }[] = [];
  let isDeep = false;
  for (const struct of structs) {
    if (struct instanceof Y.Skip) throw new BadUpdate('it has gaps');
    const { client, clock } = struct.id;
    const last = spans.at(-1);
    if (last?.client === client && last.to === clock) last.to = clock + struct.length;
    else spans.push({ client, from: clock, to: clock + struct.length });
    if (!(struct instanceof Y.Item)) continue;
    isDeep ||= areTooDeep(valuesOf(struct));
    const parent: unknown = struct.parent;
    for (const id of [struct.origin, struct.rightOrigin, parent]) {
      // Mostly its own writer's, of which the run tells already.
      if (id instanceof Y.ID && (id.client !== client || id.clock >= clock)) needs.push(id);
    }
  }
  const deletions = [...ds.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, from: clock, to: clock + len })),
  );
  return { spans, deletions, needs, isTooDeep: isDeep };
}

function decode(bytes: Uint8Array): ReturnType<typeof Y.decodeUpdate> {
  try {
    return Y.decodeUpdate(bytes);
  } catch (cause) {
    throw new BadUpdate('it cannot be read', { cause });
  }
}

/**
 * Yjs writes values by functions that call themselves, and reads some by one that does not: what is too
 * deep would come in, and nobody could ever get it out again.
 */
const mostDepth = 500;

function areTooDeep(values: readonly unknown[]): boolean {
  let level = values.filter(isNested);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostDepth) return true;
    level = level.flatMap((outer) => Object.values(outer).filter(isNested));
  }
  return false;
}

/** What an item holds of JSON, or of what is like it. */
function valuesOf({ content }: Y.Item): readonly unknown[] {
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) return content.arr;
  if (content instanceof Y.ContentEmbed) return [content.embed];
  if (content instanceof Y.ContentFormat) return [content.value];
  return content instanceof Y.ContentDoc ? [content.opts] : [];
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}
