import type { Unsubscribe } from '@lectern/db/bus/bus';
import { isId } from '@lectern/db/jobs/define-job';
import type { Store } from '@lectern/db/open';
import { findCourse } from '@lectern/db/postgres/courses';
import { findMaterial } from '@lectern/db/postgres/materials';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import { closeCodes } from './close-codes.ts';
import type { Guest } from './sockets.ts';

const Ids = Type.Optional(Type.Array(Type.String(), { maxItems: 100 }));
const Ask = Type.Object(
  {
    type: Type.Enum(['subscribe', 'unsubscribe', 'ping']),
    courses: Ids,
    materials: Ids,
  },
  { additionalProperties: false },
);
const asks = Compile(Ask);

const mostSubscriptions = 500;
/** A client that does not read what it asked for is let go. */
const mostBufferedBytes = 1024 * 1024;
const mostAskBytes = 64 * 1024;
const mostAsks = { count: 100, windowMs: 10_000 };

/** Each id costs a look into the database. */
const lookUps = { most: 1_000, windowMs: 60_000 };
const mostWaiting = 20;

type Parts = Pick<Store, 'postgres' | 'bus' | 'limits' | 'log'>;
type Subject = 'course' | 'material';

/** Answers what one socket asks for, and passes on news of what it has subscribed to. */
export function serveNews({ postgres, bus, limits, log }: Parts, guest: Guest<WebSocket>): void {
  const { socket, viewer } = guest;
  const subscriptions = new Map<string, { end: Unsubscribe; courseId: string }>();
  let isOpen = true;
  let asked = 0;
  let waiting = 0;
  const refill = setInterval(() => (asked = 0), mostAsks.windowMs).unref();
  // One after the other, so that an answer is true when it arrives.
  let queue: Promise<void> = Promise.resolve();

  const send = (message: object) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > mostBufferedBytes) return socket.terminate();
    socket.send(JSON.stringify(message));
  };

  const findCourseOf = async (subject: Subject, id: string) => {
    if (!isId(id)) return undefined;
    if (subject === 'course') return findCourse(postgres, viewer, id);
    const material = await findMaterial(postgres, viewer, id);
    return material && findCourse(postgres, viewer, material.course_id);
  };

  async function subscribe(subject: Subject, id: string): Promise<boolean> {
    const topic = `subject:${id}`;
    if (subscriptions.has(topic)) return true;
    if (subscriptions.size >= mostSubscriptions) return false;
    const course = await findCourseOf(subject, id);
    if (course === undefined) return false;
    guest.courses.set(course.id, course.my_role);
    const end = await bus.subscribe(topic, (message) => {
      send({ type: subject, id, ...parseNews(message) });
    });
    subscriptions.set(topic, { end, courseId: course.id });
    // It closed while the bus answered.
    if (!isOpen) await end();
    return true;
  }

  async function unsubscribe(id: string): Promise<void> {
    const known = subscriptions.get(`subject:${id}`);
    if (known === undefined) return;
    subscriptions.delete(`subject:${id}`);
    const others = [...subscriptions.values()];
    if (!others.some(({ courseId }) => courseId === known.courseId)) {
      guest.courses.delete(known.courseId);
    }
    await known.end();
  }

  async function answer(text: string): Promise<void> {
    if (!isOpen) return;
    const ask = parseJson(text);
    if (!asks.Check(ask)) {
      send({ type: 'error', code: 'invalid_message', detail: usage });
      return;
    }
    const { type, courses = [], materials = [] } = ask;
    if (type === 'ping') return send({ type: 'pong' });
    const wanted = [
      ...courses.map((id) => ({ subject: 'course', id }) as const),
      ...materials.map((id) => ({ subject: 'material', id }) as const),
    ];
    const done: Record<Subject, string[]> = { course: [], material: [] };
    const refused: string[] = [];
    for (const { subject, id } of wanted) {
      if (!isOpen) return;
      const { isAllowed } = await limits.take(`live:${viewer.id}`, lookUps);
      if (!isAllowed) return socket.close(closeCodes.tooMuch, 'too many subscriptions');
      if (type === 'unsubscribe') await unsubscribe(id);
      const isDone = type === 'unsubscribe' || (await subscribe(subject, id));
      (isDone ? done[subject] : refused).push(id);
    }
    send({ type: `${type}d`, courses: done.course, materials: done.material, refused });
  }

  socket.on('message', (data, isBinary) => {
    asked++;
    waiting++;
    if (asked > mostAsks.count || waiting > mostWaiting)
      return socket.close(closeCodes.tooMuch, 'too many messages');
    if (Buffer.isBuffer(data) && data.length > mostAskBytes)
      return socket.close(closeCodes.tooLarge, 'the message is too large');
    const text = isBinary || !Buffer.isBuffer(data) ? '' : data.toString();
    queue = queue
      .then(() => answer(text))
      .finally(() => waiting--)
      .catch((error: unknown) => {
        log.warn({ err: error, viewerId: viewer.id }, 'could not answer on a socket');
        send({ type: 'error', code: 'unavailable', detail: 'Nothing was done. Ask again soon.' });
      });
  });
  socket.on('error', (error) => log.debug({ err: error }, 'a socket broke'));
  socket.on('close', () => {
    isOpen = false;
    clearInterval(refill);
    for (const { end } of subscriptions.values()) void end();
  });
  send({ type: 'ready', userId: viewer.id });
}

const usage =
  'Send {"type":"subscribe","courses":[…],"materials":[…]}, the same with "unsubscribe", or {"type":"ping"}.';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a worker or a route said of a subject: an object, whatever else. */
function parseNews(message: string): object {
  const news = parseJson(message);
  return typeof news === 'object' && news !== null ? news : {};
}
