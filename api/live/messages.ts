import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { writePermissionDenied } from 'y-protocols/auth';
import {
  messageYjsSyncStep1,
  messageYjsSyncStep2,
  messageYjsUpdate,
  writeUpdate,
} from 'y-protocols/sync';

// The frames of the y-websocket protocol.

const messageSync = 0;
const messageAwareness = 1;
const messageAuth = 2;
const messageQueryAwareness = 3;

export type Message =
  /** `stateVector`: what the client has; it wants the rest. */
  | { readonly kind: 'ask'; readonly stateVector: Uint8Array }
  /** `isAnswer`: to our own question, so that the client has told all it had. */
  | { readonly kind: 'update'; readonly update: Uint8Array; readonly isAnswer: boolean }
  | { readonly kind: 'presence'; readonly states: readonly PresenceState[] }
  | { readonly kind: 'ask-presence' }
  | { readonly kind: 'other' };

/** What a client shows of itself: JSON that nobody here needs to understand. `null`: it left. */
export type PresenceState = {
  readonly client: number;
  readonly clock: number;
  readonly json: string;
};

/** By the beginning alone. */
export function isPresence(frame: Uint8Array): boolean {
  return frame[0] === messageAwareness;
}

/** Throws on what is no such frame. */
export function readMessage(frame: Uint8Array): Message {
  const decoder = decoding.createDecoder(frame);
  const type = decoding.readVarUint(decoder);
  if (type === messageSync) return readSync(decoder);
  if (type === messageQueryAwareness) return { kind: 'ask-presence' };
  if (type !== messageAwareness) return { kind: 'other' };
  return { kind: 'presence', states: readPresence(decoding.readVarUint8Array(decoder)) };
}

function readSync(decoder: decoding.Decoder): Message {
  const type = decoding.readVarUint(decoder);
  const bytes = decoding.readVarUint8Array(decoder);
  if (type === messageYjsSyncStep1) return { kind: 'ask', stateVector: bytes };
  if (type === messageYjsSyncStep2) return { kind: 'update', update: bytes, isAnswer: true };
  if (type === messageYjsUpdate) return { kind: 'update', update: bytes, isAnswer: false };
  throw new Error(`there is no sync message ${type}`);
}

export function readPresence(bytes: Uint8Array): PresenceState[] {
  const decoder = decoding.createDecoder(bytes);
  const count = decoding.readVarUint(decoder);
  const states: PresenceState[] = [];
  for (let i = 0; i < count; i++) {
    const client = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    states.push({ client, clock, json: decoding.readVarString(decoder) });
  }
  return states;
}

/** Asks the client for what it has beyond this. */
export function writeAsk(stateVector: Uint8Array): Uint8Array {
  return write(messageSync, (encoder) => {
    encoding.writeVarUint(encoder, messageYjsSyncStep1);
    encoding.writeVarUint8Array(encoder, stateVector);
  });
}

export function writeAnswer(update: Uint8Array): Uint8Array {
  return write(messageSync, (encoder) => {
    encoding.writeVarUint(encoder, messageYjsSyncStep2);
    encoding.writeVarUint8Array(encoder, update);
  });
}

export function writeUpdateMessage(update: Uint8Array): Uint8Array {
  return write(messageSync, (encoder) => writeUpdate(encoder, update));
}

export function writePresence(states: readonly PresenceState[]): Uint8Array {
  return write(messageAwareness, (encoder) =>
    encoding.writeVarUint8Array(encoder, encodePresence(states)),
  );
}

export function encodePresence(states: readonly PresenceState[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, states.length);
  for (const { client, clock, json } of states) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, json);
  }
  return encoding.toUint8Array(encoder);
}

/** Tells a client that what it sent was not taken. */
export function writeDenied(reason: string): Uint8Array {
  return write(messageAuth, (encoder) => writePermissionDenied(encoder, reason));
}

function write(type: number, content: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  content(encoder);
  return encoding.toUint8Array(encoder);
}
