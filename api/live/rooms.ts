import { randomUUID } from 'node:crypto';
import type { Unsubscribe } from '@lectern/db/bus/bus';
import {
  type DocumentNews,
  documentTopic,
  parseDocumentNews,
  publishDocumentNews,
} from '@lectern/db/graph/document-news';
import type { Store } from '@lectern/db/open';
import { listDocumentVersions } from '@lectern/db/postgres/documents';
import { closeCodes } from './close-codes.ts';
import type { PresenceState } from './messages.ts';
import { OtherProcesses } from './other-processes.ts';
import { RemotePresence } from './remote-presence.ts';
import { type Committed, type Member, Room } from './room.ts';

/** The rooms of this process: one for each course that somebody has open. */
export type Rooms = {
  /** The course's room with the member in it; undefined when the course is gone. Throws when it cannot be read. */
  join(courseId: string, member: Member): Promise<Room | undefined>;
  leave(courseId: string, member: Member): void;
  /** What a client shows of itself, to all who have the course open; false when that is nothing new. */
  present(courseId: string, member: Member, states: readonly PresenceState[]): boolean;
  /** Shows an edit that a request committed, here and at the other processes. */
  show(
    courseId: string,
    edit: { readonly first: number; readonly updates: readonly Uint8Array[] },
  ): void;
  find(courseId: string): Room | undefined;
  /** Who has the course open, at any process; empty where nobody has it open at this one. */
  listVisitors(courseId: string): ReturnType<Room['presence']['listVisitors']>;
  close(): Promise<void>;
};

type Entry = {
  readonly others: OtherProcesses;
  readonly opening: Promise<Room | undefined>;
  room: Room | undefined;
  end: Unsubscribe | undefined;
  /** Begins to hear what other processes say; throws when the bus is away. */
  listen: () => Promise<void>;
  remote: RemotePresence | undefined;
};

/** Finds out what a lost message of the bus would have said. */
const sweepMs = 3_000;

export function openRooms(store: Pick<Store, 'postgres' | 'documents' | 'bus' | 'log'>): Rooms {
  const { postgres, documents, bus, log } = store;
  const self = randomUUID();
  const entries = new Map<string, Entry>();

  /** Most courses are open at one process: then nobody is told, which would cost another commit. */
  const tell = (courseId: string, makeNews: () => Omit<DocumentNews, 'from'>) => {
    const others = entries.get(courseId)?.others;
    if (others?.mayBe(performance.now()) === false) return;
    others?.tell(performance.now());
    publishDocumentNews(bus, courseId, { from: self, ...makeNews() }).catch((error: unknown) => {
      log.debug({ err: error, courseId }, 'other processes see an edit some seconds later');
    });
  };

  const tellEdits = (courseId: string, { first, last, updates }: Committed) => {
    const texts = () => updates.map((update) => Buffer.from(update).toString('base64'));
    tell(courseId, () => ({ first, last, updates: texts() }));
  };

  const ask = (courseId: string, { others }: Entry) => {
    others.ask(performance.now());
    tell(courseId, () => ({ asks: true }));
  };

  const open = async (courseId: string, entry: Entry): Promise<Room | undefined> => {
    // First the bus, then the rows: what is committed in between is heard or read.
    const early: DocumentNews[] = [];
    const hear = (message: string) => {
      const news = parseDocumentNews(message);
      if (news === undefined || news.from === self) return;
      if (news.leaves === true) return entry.others.forget(news.from);
      entry.others.hear(news.from, performance.now());
      if (entry.room === undefined) early.push(news);
      else hearNews(entry.room, entry.remote, news);
      // That it is known here, though nobody may show anything.
      if (news.asks === true) tell(courseId, () => ({ last: entry.room?.version ?? 0 }));
    };
    entry.listen = async () => {
      const end = await bus.subscribe(documentTopic(courseId), hear);
      // It was closed while the bus answered.
      if (entries.get(courseId) === entry) entry.end = end;
      else await end();
    };
    await entry.listen().catch((error: unknown) => {
      log.warn({ err: error, courseId }, 'a course is open without news of other processes yet');
    });
    const room = await Room.open({
      postgres,
      documents,
      log,
      courseId,
      tell: (edits) => tellEdits(courseId, edits),
    });
    if (room === undefined) return undefined;
    entry.room = room;
    entry.remote = new RemotePresence(room, (presence) => tell(courseId, () => ({ presence })));
    for (const news of early) hearNews(room, entry.remote, news);
    ask(courseId, entry);
    return room;
  };

  const forget = (courseId: string, entry: Entry) => {
    if (entry.room !== undefined) tell(courseId, () => ({ leaves: true }));
    if (entries.get(courseId) === entry) entries.delete(courseId);
    entry.remote?.close();
    void entry.end?.();
  };

  /** Whoever opens it anew before all is written would not find what is being written. */
  const forgetEmpty = async (courseId: string, entry: Entry, room: Room) => {
    if (room.size > 0) return;
    await room.flush();
    if (room.size === 0 && entries.get(courseId) === entry) forget(courseId, entry);
  };

  const find = (courseId: string): Entry => {
    const known = entries.get(courseId);
    if (known !== undefined) return known;
    const { promise, resolve } = Promise.withResolvers<Promise<Room | undefined>>();
    const entry: Entry = {
      others: new OtherProcesses(performance.now()),
      opening: promise.then(async (room) => await room),
      room: undefined,
      end: undefined,
      listen: async () => undefined,
      remote: undefined,
    };
    entries.set(courseId, entry);
    resolve(open(courseId, entry));
    return entry;
  };

  const sweep = async () => {
    for (const [courseId, entry] of entries) {
      if (entry.room === undefined || entry.end !== undefined) continue;
      await entry.listen();
      ask(courseId, entry);
    }
    const rooms = [...entries].flatMap(([courseId, { room, others }]) =>
      room ? [{ courseId, room, others }] : [],
    );
    if (rooms.length === 0) return;
    const versions = await listDocumentVersions(
      postgres,
      rooms.map(({ courseId }) => courseId),
    );
    const nowMs = Date.now();
    for (const { courseId, room, others } of rooms) {
      if (others.isForgotten(performance.now())) tell(courseId, () => ({ last: room.version }));
      room.lookFor(versions.get(courseId) ?? 0);
      room.showAll(room.presence.expire(nowMs));
    }
  };
  let isSweeping = false;
  const lookAround = () => {
    if (isSweeping) return;
    isSweeping = true;
    sweep()
      .catch((error: unknown) => log.debug({ err: error }, 'cannot look for missed edits yet'))
      .finally(() => (isSweeping = false));
  };
  const timer = setInterval(lookAround, sweepMs).unref();
  const endGaps = bus.onGap(() => {
    for (const [courseId, entry] of entries) ask(courseId, entry);
    lookAround();
  });

  return {
    async join(courseId, member) {
      const entry = find(courseId);
      const room = await entry.opening.catch((error: unknown) => {
        forget(courseId, entry);
        throw error;
      });
      if (room === undefined) forget(courseId, entry);
      // The last one left while this one waited.
      else if (entries.get(courseId) !== entry) return this.join(courseId, member);
      room?.join(member);
      return room;
    },
    leave(courseId, member) {
      const entry = entries.get(courseId);
      if (entry?.room === undefined) return;
      entry.remote?.tellGone(member, entry.room.leave(member));
      void forgetEmpty(courseId, entry, entry.room);
    },
    present(courseId, member, states) {
      const { room, remote } = entries.get(courseId) ?? {};
      const own = { owner: member, visitor: member.visitor };
      const news = room?.presence.take(states, own, Date.now()) ?? [];
      room?.showAll(news);
      if (news.length > 0) remote?.tellSoon(member, news);
      return news.length > 0;
    },
    show(courseId, { first, updates }) {
      entries.get(courseId)?.room?.take(first, updates);
      tellEdits(courseId, { first, last: first + updates.length - 1, updates });
    },
    listVisitors: (courseId) => entries.get(courseId)?.room?.presence.listVisitors() ?? [],
    find: (courseId) => entries.get(courseId)?.room,
    async close() {
      clearInterval(timer);
      endGaps();
      for (const [courseId, entry] of entries) {
        entry.room?.closeAll(closeCodes.tryAgain, 'the server is stopping');
        await entry.room?.flush();
        forget(courseId, entry);
      }
    },
  };
}

function hearNews(room: Room, remote: RemotePresence | undefined, news: DocumentNews): void {
  room.hear(news);
  if (news.presence !== undefined) remote?.hear(news.presence, Date.now());
  if (news.asks === true) remote?.tellAll();
}
