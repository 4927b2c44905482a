import type { PresenceState } from './messages.ts';

/** Somebody who has the course open, with what their clients show. */
export type Visitor = {
  readonly userId: string;
  readonly name: string;
  readonly canEdit: boolean;
};

type Shown<Owner> = {
  readonly clock: number;
  readonly json: string;
  readonly owner: Owner;
  readonly visitor: Visitor;
  seenAtMs: number;
};

/** After this without a word a client that is connected elsewhere counts as gone. */
const silentMs = 45_000;
const nobody = 'null';

/**
 * Who shows what in a room, as the awareness protocol counts it. States are passed on as they came and
 * never read. `Owner` is the socket of a client, or `null` for one at another process.
 */
export class Presence<Owner extends object> {
  readonly #shown = new Map<number, Shown<Owner | null>>();
  readonly #counts = new Map<string, number>();

  /** Takes what is newer and not another's, and gives that. */
  take(
    states: readonly PresenceState[],
    { owner, visitor }: { readonly owner: Owner | null; readonly visitor: Visitor },
    nowMs: number,
  ): PresenceState[] {
    return states.filter((state) => {
      const known = this.#shown.get(state.client);
      if (known !== undefined) {
        if (known.owner !== owner && isHere(known) && owner !== null) return false;
        const isNewer =
          state.clock > known.clock ||
          (state.clock === known.clock && state.json === nobody && isHere(known));
        if (!isNewer) return false;
      }
      const { clock, json } = state;
      this.#forget(state.client);
      this.#shown.set(state.client, { clock, json, owner, visitor, seenAtMs: nowMs });
      this.#counts.set(visitor.userId, this.countOf(visitor.userId) + 1);
      return true;
    });
  }

  /** The clients of a person that are known, also those that left and whose socket is still here. */
  countOf(userId: string): number {
    return this.#counts.get(userId) ?? 0;
  }

  #forget(client: number): void {
    const shown = this.#shown.get(client);
    if (shown === undefined) return;
    this.#shown.delete(client);
    const { userId } = shown.visitor;
    const left = this.countOf(userId) - 1;
    if (left > 0) this.#counts.set(userId, left);
    else this.#counts.delete(userId);
  }

  list(owner?: Owner | null): PresenceState[] {
    return [...this.#shown].flatMap(([client, shown]) =>
      isHere(shown) && (owner === undefined || shown.owner === owner)
        ? [{ client, clock: shown.clock, json: shown.json }]
        : [],
    );
  }

  /** The states that say that the owner's clients left. */
  leave(owner: Owner): PresenceState[] {
    return this.#remove((shown) => shown.owner === owner);
  }

  /** The same for clients of other processes that have long been silent. */
  expire(nowMs: number): PresenceState[] {
    return this.#remove((shown) => shown.owner === null && nowMs - shown.seenAtMs > silentMs);
  }

  #remove(isGone: (shown: Shown<Owner | null>) => boolean): PresenceState[] {
    const gone: PresenceState[] = [];
    for (const [client, shown] of this.#shown) {
      if (!isGone(shown)) continue;
      this.#forget(client);
      if (isHere(shown)) gone.push({ client, clock: shown.clock + 1, json: nobody });
    }
    return gone;
  }

  /** Each person once, with the ids of their clients. */
  listVisitors(): (Visitor & { clients: number[] })[] {
    const people = new Map<string, Visitor & { clients: number[] }>();
    for (const [client, shown] of this.#shown) {
      if (!isHere(shown)) continue;
      const { visitor } = shown;
      const person = people.get(visitor.userId) ?? { ...visitor, clients: [] };
      person.clients.push(client);
      people.set(visitor.userId, person);
    }
    return [...people.values()];
  }
}

export function isHere({ json }: { readonly json: string }): boolean {
  return json !== nobody;
}
