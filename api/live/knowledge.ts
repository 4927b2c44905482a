import * as encoding from 'lib0/encoding';
import type { Span, UpdateFacts } from '@lectern/db/graph/read-update';

/** What a document holds, by the counts of its clients alone: enough to judge an update by. */
export class Knowledge {
  readonly #ends = new Map<number, number>();
  readonly #deleted = new Map<number, Range[]>();

  learn({ spans, deletions }: UpdateFacts): void {
    for (const { client, to } of spans) {
      this.#ends.set(client, Math.max(to, this.#endOf(client)));
    }
    for (const { client, from, to } of deletions) {
      const ranges = this.#deleted.get(client) ?? [];
      this.#deleted.set(client, ranges);
      addRange(ranges, { from, to });
    }
  }

  copy(): Knowledge {
    const copy = new Knowledge();
    for (const [client, end] of this.#ends) copy.#ends.set(client, end);
    for (const [client, ranges] of this.#deleted) {
      copy.#deleted.set(
        client,
        ranges.map((range) => ({ ...range })),
      );
    }
    return copy;
  }

  /** Whether the document would be another one with the update. */
  isNews({ spans, deletions }: UpdateFacts): boolean {
    return (
      spans.some(({ client, to }) => to > this.#endOf(client)) ||
      deletions.some((span) => !this.#isDeleted(span))
    );
  }

  /** Whether all that the update builds on is there: one of another document has nothing to stand on. */
  fits({ spans, deletions, needs }: UpdateFacts): boolean {
    const ends = new Map<number, number>();
    const endOf = (client: number) => ends.get(client) ?? this.#endOf(client);
    for (const { client, from, to } of spans) {
      if (from > endOf(client)) return false;
      ends.set(client, Math.max(to, endOf(client)));
    }
    return (
      needs.every(({ client, clock }) => clock < endOf(client)) &&
      deletions.every(({ client, to }) => to <= endOf(client))
    );
  }

  /** As Yjs writes it. */
  encodeStateVector(): Uint8Array {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, this.#ends.size);
    for (const [client, end] of this.#ends) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, end);
    }
    return encoding.toUint8Array(encoder);
  }

  #endOf(client: number): number {
    return this.#ends.get(client) ?? 0;
  }

  #isDeleted({ client, from, to }: Span): boolean {
    const ranges = this.#deleted.get(client) ?? [];
    const range = ranges[findRange(ranges, from)];
    return range !== undefined && range.from <= from && to <= range.to;
  }
}

/** Sorted, without overlap and without neighbours that touch. */
type Range = { from: number; to: number };

/** The place of the first range that ends at or after a clock. */
function findRange(ranges: readonly Range[], clock: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.to ?? 0) < clock) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addRange(ranges: Range[], added: Range): void {
  const at = findRange(ranges, added.from);
  let end = at;
  const merged = { ...added };
  for (let range = ranges[end]; range !== undefined && range.from <= merged.to;) {
    merged.from = Math.min(merged.from, range.from);
    merged.to = Math.max(merged.to, range.to);
    range = ranges[++end];
  }
  ranges.splice(at, end - at, merged);
}
