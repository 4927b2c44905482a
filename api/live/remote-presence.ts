import type { DocumentNews } from '@lectern/db/graph/document-news';
import { encodePresence, type PresenceState, readPresence } from './messages.ts';
import { isHere } from './presence.ts';
import type { Member, Room } from './room.ts';

type News = NonNullable<DocumentNews['presence']>;

/** Cursors move many times a second; other processes hear of them this often. */
const gatherMs = 40;

/** Carries what clients of one room show of themselves to the other processes, and theirs to the room. */
export class RemotePresence {
  readonly #room: Room;
  readonly #tell: (presence: News) => void;
  readonly #waiting = new Map<number, Member>();
  #timer: NodeJS.Timeout | undefined;

  constructor(room: Room, tell: (presence: News) => void) {
    this.#room = room;
    this.#tell = tell;
  }

  /** Their newest states go out soon; that a client leaves, before its socket is gone. */
  tellSoon(member: Member, states: readonly PresenceState[]): void {
    const gone = states.filter((state) => !isHere(state));
    if (gone.length > 0) this.tellGone(member, gone);
    const here = states.filter(isHere);
    if (here.length === 0) return;
    for (const { client } of here) this.#waiting.set(client, member);
    this.#timer ??= setTimeout(() => this.#tellNow(), gatherMs).unref();
  }

  tellGone(member: Member, states: readonly PresenceState[]): void {
    for (const { client } of states) this.#waiting.delete(client);
    this.#send(member, states);
  }

  /** For a process where somebody came in just now. */
  tellAll(): void {
    for (const member of this.#room.listMembers()) {
      this.#send(member, this.#room.presence.list(member));
    }
  }

  hear(presence: News, nowMs: number): void {
    for (const { visitor, states } of presence) {
      const own = { owner: null, visitor };
      const read = readPresence(Buffer.from(states, 'base64'));
      this.#room.showAll(this.#room.presence.take(read, own, nowMs));
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tellNow(): void {
    this.#timer = undefined;
    const clients = new Map(this.#waiting);
    this.#waiting.clear();
    for (const member of new Set(clients.values())) {
      const states = this.#room.presence.list(member);
      this.#send(
        member,
        states.filter(({ client }) => clients.has(client)),
      );
    }
  }

  /** One state at a time fits a message, whatever others show. */
  #send({ visitor }: Member, states: readonly PresenceState[]): void {
    for (const state of states) {
      const bytes = Buffer.from(encodePresence([state])).toString('base64');
      this.#tell([{ visitor, states: bytes }]);
    }
  }
}
