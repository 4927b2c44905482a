import type { Duplex } from 'node:stream';
import type { Store } from '@lectern/db/open';
import type { WebSocket } from 'ws';
import { closeCodes, isOurs } from './close-codes.ts';
import { type Gauge, makeGauge, PersonGauges } from './gauges.ts';
import {
  isPresence,
  type Message,
  type PresenceState,
  readMessage,
  writeDenied,
} from './messages.ts';
import type { Visitor } from './presence.ts';
import { BadUpdate } from '@lectern/db/graph/read-update';
import type { Member, Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import { writeFrame } from './write-frame.ts';

/** A client that does not read is let go; it comes back and asks for what it lacks. */
const mostBufferedBytes = 16 * 1024 * 1024;
/** What somebody wrote while they were away comes in one message. */
const mostFrameBytes = 512 * 1024;
/** Nobody types or moves so fast for long: a burst, and what is given back each second. */
const socketRate = { burst: 600, perSecond: 300 };
const personRate = { burst: 2_000, perSecond: 1_000 };
/** Clients say again what they hear of others' cursors: that is counted apart, while it is nothing new. */
const echoRate = { burst: 6_000, perSecond: 3_000 };
/** A client asks once for what it lacks, some again now and then; to answer costs more than all else. */
const askRate = { burst: 20, perSecond: 2 };
/** What a client shows of itself is a name, a colour and a cursor. */
const mostPresence = { states: 20, characters: 4_000 };
/** Tabs of one person in one course. */
const mostClients = 100;
/** People of one process in one course. */
const mostMembers = 500;
/** What may come before the course is read. */
const mostEarly = 100;

const people = new PersonGauges(personRate);

type Parts = Pick<Store, 'log'> & { readonly rooms: Rooms };
type Guest = {
  readonly socket: WebSocket;
  /** What the socket writes to, which takes frames that are ready. */
  readonly duplex: Duplex;
  readonly courseId: string;
  readonly visitor: Visitor;
  readonly maySeeAnswers: boolean;
};

/** Lets one socket take part in a course's document, by the y-websocket protocol. */
export function serveDocument(
  { rooms, log }: Parts,
  { socket, duplex, courseId, visitor, maySeeAnswers }: Guest,
): void {
  const member: Member = {
    visitor,
    maySeeAnswers,
    send: (message) => member.sendFrame(writeFrame(message)),
    sendFrame(frame) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > mostBufferedBytes) return socket.terminate();
      duplex.write(frame);
    },
    close: (code, reason) => close(socket, code, reason),
  };
  const early: Buffer[] = [];
  let room: Room | undefined;
  /** It went of itself, and was not told to. */
  let hasLeft = false;
  const personGauge = people.enter(visitor.userId);
  const socketGauge = makeGauge(socketRate);
  const mayGoOn: Gauge = (nowMs) => socketGauge(nowMs) && personGauge(nowMs);
  const mayEcho = makeGauge(echoRate);
  const mayAsk = makeGauge(askRate);
  const tooMuch = () => member.close(closeCodes.tooMuch, 'too many messages');

  const handle = (here: Room, frame: Uint8Array) => {
    try {
      answer(here, readMessage(frame));
    } catch (error) {
      const reason =
        error instanceof BadUpdate ? `the update is not taken: ${error.message}` : unreadable;
      member.close(closeCodes.invalidMessage, reason);
    }
  };

  const answer = (here: Room, message: Message) => {
    switch (message.kind) {
      case 'ask':
        if (!mayAsk(performance.now())) return tooMuch();
        return here.answer(member, message.stateVector);
      case 'ask-presence':
        return here.showPresence(member);
      case 'update':
        if (visitor.canEdit) here.receive(member, message.update, message);
        else if (here.isNews(message.update)) member.send(writeDenied(readOnly));
        return;
      case 'presence':
        return show(here, message.states);
      case 'other':
    }
  };

  const show = (here: Room, states: readonly PresenceState[]) => {
    const isLarge = states.some(({ json }) => json.length > mostPresence.characters);
    if (isLarge || states.length > mostPresence.states) {
      return member.close(closeCodes.documentFull, 'what is shown of a person is too large');
    }
    // What is no JSON would break those who are sent it.
    for (const { json } of states) JSON.parse(json);
    if (!rooms.present(courseId, member, states)) return;
    if (!mayGoOn(performance.now())) return tooMuch();
    if (here.presence.countOf(visitor.userId) > mostClients) {
      member.close(closeCodes.documentFull, 'too many clients of one person');
    }
  };

  socket.on('message', (data, isBinary) => {
    // What was on its way when it was told to go.
    if (socket.readyState !== socket.OPEN) return;
    if (!isBinary || !Buffer.isBuffer(data)) {
      return member.close(closeCodes.invalidMessage, unreadable);
    }
    if (data.length > mostFrameBytes) {
      return member.close(closeCodes.tooLarge, 'a message may have 512 kB');
    }
    const isCounted = isPresence(data) ? mayEcho : mayGoOn;
    if (!isCounted(performance.now())) return tooMuch();
    if (room !== undefined) return handle(room, data);
    if (early.push(data) > mostEarly) tooMuch();
  });
  socket.on('error', (error) => log.debug({ err: error, courseId }, 'a socket broke'));
  const { promise: closed, resolve: hasClosed } = Promise.withResolvers<void>();
  socket.on('close', (code) => {
    hasLeft = !isOurs(code);
    hasClosed();
    people.leave(visitor.userId);
    if (room !== undefined) rooms.leave(courseId, member);
  });

  const enter = async () => {
    try {
      const joined = await rooms.join(courseId, member);
      if (joined === undefined) return member.close(closeCodes.roleChanged, 'the course is gone');
      if (joined.size > mostMembers) {
        rooms.leave(courseId, member);
        return member.close(closeCodes.tryAgain, 'too many people have this course open');
      }
      if (socket.readyState === socket.CLOSING) await closed;
      // Of one that is gone meanwhile, what it said is kept.
      for (const frame of early.splice(0)) {
        if (socket.readyState === socket.OPEN || hasLeft) handle(joined, frame);
      }
      room = joined;
      if (socket.readyState !== socket.OPEN) rooms.leave(courseId, member);
    } catch (error) {
      log.warn({ err: error, courseId }, 'a course cannot be opened');
      member.close(closeCodes.tryAgain, 'the course cannot be read just now');
    }
  };
  void enter();
}

const unreadable = 'this is not a message of the y-websocket protocol';
const readOnly = 'You may look at this course and not change it.';

/** A client that does not answer the close keeps nothing. */
function close(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), 1_000).unref();
}
