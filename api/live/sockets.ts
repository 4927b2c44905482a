import { mayInCourse } from '@lectern/db/access/permissions';
import type { Viewer } from '@lectern/db/access/viewer';
import type { Store } from '@lectern/db/open';
import { type CourseStanding, listLiveLogins, listStandings } from '@lectern/db/postgres/standings';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { closeCodes } from './close-codes.ts';

/** What stays open between a client and this process: a WebSocket, or a stream of events. */
export type Wire = {
  close(code: number, reason: string): void;
  terminate(): void;
  /** Answered by a `pong` when the client takes what it is sent. */
  ping(): void;
  on(event: 'pong' | 'close', listener: () => void): unknown;
};

/** One open socket, and on what standing its person was let in. */
export type Guest<Socket extends Wire = Wire> = {
  readonly socket: Socket;
  readonly viewer: Viewer;
  /** The courses that it shows something of, and the role that the person had there. */
  readonly courses: Map<string, CourseRole | null>;
  /** It shows a course's document, with all that is in it. */
  readonly hasDocument?: boolean;
};

export type Sockets = {
  /** Watches over the socket until it closes; false when the person has too many. */
  admit(guest: Guest): boolean;
  close(): void;
};

/** News of a change comes over the bus within milliseconds; this finds what a lost message would have said. */
const sweepMs = 3_000;
const pingMs = 30_000;
const mostPerPerson = 200;
const batch = 500;

/** Closes the sockets of whoever was logged out, or has lost or changed the role that let them in. */
export function watchSockets({
  access,
  postgres,
  log,
}: Pick<Store, 'access' | 'postgres' | 'log'>): Sockets {
  const guests = new Map<Guest, { isAlive: boolean }>();
  let isSweeping = false;

  const check = async (some: readonly Guest[]) => {
    try {
      for (let i = 0; i < some.length; i += batch) {
        await turnOut(postgres, some.slice(i, i + batch));
      }
    } catch (error) {
      log.debug({ err: error }, 'cannot look whose sockets may stay; looking again soon');
    }
  };
  const endListening = access.onChange((userId) => {
    const some = [...guests.keys()].filter(
      ({ viewer }) => userId === undefined || viewer.id === userId,
    );
    void check(some);
  });
  const sweep = setInterval(() => {
    if (isSweeping || guests.size === 0) return;
    isSweeping = true;
    void check([...guests.keys()]).finally(() => (isSweeping = false));
  }, sweepMs).unref();
  const pings = setInterval(() => {
    for (const [{ socket }, pulse] of guests) {
      if (!pulse.isAlive) socket.terminate();
      pulse.isAlive = false;
      socket.ping();
    }
  }, pingMs).unref();

  return {
    admit(guest) {
      const own = [...guests.keys()].filter(({ viewer }) => viewer.id === guest.viewer.id);
      if (own.length >= mostPerPerson) return false;
      const pulse = { isAlive: true };
      guests.set(guest, pulse);
      guest.socket.on('pong', () => (pulse.isAlive = true));
      const endWatch = closeWithLogin(guest);
      guest.socket.on('close', () => {
        guests.delete(guest);
        endWatch();
      });
      // What was taken away between the login's check and this line was announced to nobody.
      void check([guest]);
      return true;
    },
    close() {
      clearInterval(sweep);
      clearInterval(pings);
      endListening();
    },
  };
}

async function turnOut(db: Store['postgres'], guests: readonly Guest[]): Promise<void> {
  const logins = await listLiveLogins(db, guests.map(loginOf));
  const staying = guests.filter((guest) => {
    const role = logins.get(loginOf(guest));
    if (role === undefined) end(guest, closeCodes.loginOver, 'the login is over');
    else if (role !== guest.viewer.role) end(guest, closeCodes.roleChanged, 'the role changed');
    return role === guest.viewer.role;
  });
  const visits = staying.flatMap((guest) =>
    Array.from(guest.courses, ([courseId, role]) => ({ guest, courseId, role })),
  );
  if (visits.length === 0) return;
  const keys = visits.map(({ guest, courseId }) => ({ userId: guest.viewer.id, courseId }));
  const standings = await listStandings(db, keys);
  for (const [i, { guest, courseId, role }] of visits.entries()) {
    // Meanwhile it may have been left.
    if (!guest.courses.has(courseId)) continue;
    const standing = standings[i];
    const maySee = standing !== undefined && mayInCourse(guest.viewer, 'course.read', standing);
    if (maySee && guest.hasDocument === true && !maySeeDocument(guest.viewer, standing)) {
      end(guest, closeCodes.roleChanged, 'the course has a quiz now, with its answers');
    } else if (maySee && standing.role === role) continue;
    else if (maySee && guest.hasDocument === true) {
      end(guest, closeCodes.rightsChanged, 'the role in the course changed');
    } else end(guest, closeCodes.roleChanged, 'the role in the course changed');
  }
}

/** A document cannot be shown in part: one with right answers is for those who may know them. */
export function maySeeDocument(viewer: Viewer, standing: CourseStanding): boolean {
  return !standing.hasAnswers || mayInCourse(viewer, 'course.review', standing);
}

/** The longest that a timer can wait. */
const longestTimerMs = 2 ** 31 - 1;

/** Ends the socket when the token or login that opened it runs out. */
function closeWithLogin(guest: Guest): () => void {
  const { expiresAtMs } = guest.viewer;
  if (expiresAtMs === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    const leftMs = expiresAtMs - Date.now();
    if (leftMs <= 0) return end(guest, closeCodes.loginOver, 'the login is over');
    timer = setTimeout(watch, Math.min(leftMs, longestTimerMs)).unref();
  };
  watch();
  return () => clearTimeout(timer);
}

function loginOf({ viewer }: Guest): string {
  return viewer.sessionId ?? viewer.tokenId ?? viewer.id;
}

function end({ socket }: Guest, code: number, reason: string): void {
  socket.close(code, reason);
  // A client that does not answer the close keeps nothing.
  setTimeout(() => socket.terminate(), 1_000).unref();
}
