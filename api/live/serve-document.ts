import type { Duplex } from 'node:stream';
import type { Store } from '@lectern/db/open';
import type { WebSocket } from 'ws';
import { closeCodes } from './close-codes.ts';
import { type Message, readMessage, writeDenied, writePresence } from './messages.ts';
import type { Visitor } from './presence.ts';
import { BadUpdate } from '@lectern/db/graph/read-update';
import type { Member, Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import { writeFrame } from './write-frame.ts';

/** A client that does not read is let go; it comes back and asks for what it lacks. */
const mostBufferedBytes = 16 * 1024 * 1024;
/** Nobody types or moves so fast for long: a burst, and what is given back each second. */
const rate = { burst: 600, perSecond: 300 };
/** Clients say again what they hear of others' cursors: that is counted apart, while it is nothing new. */
const echoRate = { burst: 6_000, perSecond: 3_000 };
const presenceMessage = 1;
/** What a client shows of itself is a name, a colour and a cursor. */
const mostPresence = { states: 20, characters: 4_000 };
/** People of one process in one course. */
const mostMembers = 500;
/** What may come before the course is read. */
const mostEarly = 100;

type Parts = Pick<Store, 'log'> & { readonly rooms: Rooms };
type Guest = {
  readonly socket: WebSocket;
  /** What the socket writes to, which takes frames that are ready. */
  readonly duplex: Duplex;
  readonly courseId: string;
  readonly visitor: Visitor;
};

/** Lets one socket take part in a course's document, by the y-websocket protocol. */
export function serveDocument(
  { rooms, log }: Parts,
  { socket, duplex, courseId, visitor }: Guest,
): void {
  const member: Member = {
    visitor,
    send: (message) => member.sendFrame(writeFrame(message)),
    sendFrame(frame) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > mostBufferedBytes) return socket.terminate();
      duplex.write(frame);
    },
    close: (code, reason) => close(socket, code, reason),
  };
  const early: Uint8Array[] = [];
  let room: Room | undefined;
  const mayGoOn = makeGauge(rate);
  const mayEcho = makeGauge(echoRate);

  const handle = (frame: Uint8Array) => {
    // What was on its way when it was told to go.
    if (room === undefined || socket.readyState !== socket.OPEN) return;
    try {
      answer(room, readMessage(frame));
    } catch (error) {
      const reason =
        error instanceof BadUpdate ? `the update is not taken: ${error.message}` : unreadable;
      member.close(closeCodes.invalidMessage, reason);
    }
  };

  const answer = (here: Room, message: Message) => {
    if (message.kind === 'ask') here.answer(member, message.stateVector);
    if (message.kind === 'ask-presence') member.send(writePresence(here.presence.list()));
    if (message.kind === 'update') {
      if (visitor.canEdit) here.receive(member, message.update, message);
      else if (here.isNews(message.update)) member.send(writeDenied(readOnly));
    }
    if (message.kind === 'presence') {
      const { states } = message;
      const isLarge = states.some(({ json }) => json.length > mostPresence.characters);
      if (isLarge || states.length > mostPresence.states) {
        return member.close(closeCodes.documentFull, 'what is shown of a person is too large');
      }
      // What is no JSON would break those who are sent it.
      for (const { json } of states) JSON.parse(json);
      const isNews = rooms.present(courseId, member, states);
      if (isNews && !mayGoOn(performance.now())) {
        return member.close(closeCodes.tooMuch, 'too many messages');
      }
      if (isNews && here.presence.list(member).length > mostPresence.states) {
        return member.close(closeCodes.documentFull, 'too many clients on one socket');
      }
    }
  };

  socket.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) {
      return member.close(closeCodes.invalidMessage, unreadable);
    }
    const isCounted = data[0] === presenceMessage ? mayEcho : mayGoOn;
    if (!isCounted(performance.now())) return member.close(closeCodes.tooMuch, 'too many messages');
    if (room !== undefined) return handle(data);
    if (early.push(data) > mostEarly) member.close(closeCodes.tooMuch, 'too many messages');
  });
  socket.on('error', (error) => log.debug({ err: error, courseId }, 'a socket broke'));
  socket.on('close', () => rooms.leave(courseId, member));

  const others = rooms.find(courseId);
  if (others !== undefined && others.size >= mostMembers) {
    return member.close(closeCodes.tryAgain, 'too many people have this course open');
  }
  const enter = async () => {
    try {
      const joined = await rooms.join(courseId, member);
      if (joined === undefined) return member.close(closeCodes.roleChanged, 'the course is gone');
      // It closed while the course was read.
      if (socket.readyState !== socket.OPEN) return rooms.leave(courseId, member);
      room = joined;
      for (const frame of early.splice(0)) handle(frame);
    } catch (error) {
      log.warn({ err: error, courseId }, 'a course cannot be opened');
      member.close(closeCodes.tryAgain, 'the course cannot be read just now');
    }
  };
  void enter();
}

const unreadable = 'this is not a message of the y-websocket protocol';
const readOnly = 'You may look at this course and not change it.';

/** Whether one more message may come, by a bucket that fills again with time. */
function makeGauge({ burst, perSecond }: typeof rate): (nowMs: number) => boolean {
  let left = burst;
  let lastMs = performance.now();
  return (nowMs) => {
    left = Math.min(burst, left + ((nowMs - lastMs) / 1_000) * perSecond) - 1;
    lastMs = nowMs;
    return left >= 0;
  };
}

/** A client that does not answer the close keeps nothing. */
function close(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), 1_000).unref();
}
