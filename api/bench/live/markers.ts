// An edit carries its number as text, which every format that is measured passes on as it is. So a client
// finds it without decoding a document, and each kind of client does the same work for a frame.

const sign = '~#';
const signBytes = Buffer.from(sign);
const digits = 6;
const zero = '0'.charCodeAt(0);

export const markerLength = sign.length + digits;

export function writeMarker(edit: number): string {
  return sign + String(edit).padStart(digits, '0');
}

/** A frame may hold several edits: some servers send together what came together. */
export function visitMarkers(frame: Buffer, visit: (edit: number) => void): void {
  let at = frame.indexOf(signBytes);
  while (at >= 0) {
    const edit = readDigits(frame, at + sign.length);
    if (edit >= 0) visit(edit);
    at = frame.indexOf(signBytes, at + sign.length);
  }
}

export function countEdits(frame: Buffer): number {
  const edits = new Set<number>();
  visitMarkers(frame, (edit) => edits.add(edit));
  return edits.size;
}

/** Below zero: these bytes look like the sign by chance. */
function readDigits(frame: Buffer, from: number): number {
  let value = 0;
  for (let at = from; at < from + digits; at++) {
    const digit = (frame[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
