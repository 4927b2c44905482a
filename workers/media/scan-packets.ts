// Runs only in the sandbox, as the engine `mediaScan` of `engines.ts`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ProgramReading } from '../sandbox/define-engine.ts';
import { explainProgram } from './explain-program.ts';
import { options } from './options.ts';
import { safeInput } from './safe-input.ts';
import type { Scanned, ScanAsk } from './scan.ts';

/** Closer ones are of no use. */
const leastGapS = 0.4;
const keysPerMessage = 1_000;
const mostWords = 4_096;

/** Goes through all packets and tells where the picture can be cut, and where picture and sound really end. */
export async function* scanPackets(
  file: string,
  { programs, ask }: ProgramReading & { readonly ask: ScanAsk },
): AsyncGenerator<Scanned, void, void> {
  const entries = 'packet=stream_index,pts_time,dts_time,duration_time,size,flags';
  const part = ask.untilS === undefined ? [] : options(`-read_intervals %+${ask.untilS}`);
  const told = options(`-show_entries ${entries} -of csv=p=0`);
  const args = [...options('-v error'), ...safeInput, ...part, ...told, file];
  const child = spawn(programs['ffprobe'] ?? 'ffprobe', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('latin1')).slice(-mostWords);
  });
  const picture = watchPicture();
  let soundEndS = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const packet = parsePacket(line);
    if (packet.index === ask.picture) {
      picture.see(packet);
      if (picture.keys.length >= keysPerMessage)
        yield { kind: 'keys', atS: picture.keys.splice(0) };
    } else if (ask.sounds.includes(packet.index)) {
      soundEndS = Math.max(soundEndS, packet.endS);
    }
  }
  await ended;
  // Of a file that was cut off there is what came before.
  if (picture.endS === 0 && soundEndS === 0) {
    throw explainProgram(Object.assign(new Error('no packets'), { stderr: words }));
  }
  yield { kind: 'keys', atS: picture.keys };
  const { endS: pictureEndS, isOpen, longestGapS } = picture;
  yield {
    kind: 'ends',
    pictureEndS,
    soundEndS,
    hasOpenGroups: isOpen(),
    longestGapS: longestGapS(),
  };
}

type Packet = {
  readonly index: number;
  readonly atS: number;
  readonly endS: number;
  readonly isKey: boolean;
};

function parsePacket(line: string): Packet {
  // The order is ffprobe's own.
  const [index, pts, dts, duration, , flags = ''] = line.split(',');
  const atS = number(pts) ?? number(dts) ?? 0;
  return {
    index: Number(index),
    atS,
    endS: atS + (number(duration) ?? 0),
    isKey: flags.startsWith('K'),
  };
}

const number = (text: string | undefined) => {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : undefined;
};

function watchPicture() {
  const keys: number[] = [];
  let lastTold = Number.NEGATIVE_INFINITY;
  let lastKey: number | undefined;
  let longestGapS = 0;
  let endS = 0;
  let hasOpenGroups = false;
  return {
    keys,
    get endS() {
      return endS;
    },
    isOpen: () => hasOpenGroups,
    longestGapS: () => Math.max(longestGapS, endS - (lastKey ?? 0)),
    see({ atS, endS: end, isKey }: Packet): void {
      endS = Math.max(endS, end);
      // It is shown before the picture that it comes after, and needs the one before that.
      if (!isKey && lastKey !== undefined && atS < lastKey) hasOpenGroups = true;
      if (!isKey) return;
      longestGapS = Math.max(longestGapS, atS - (lastKey ?? 0));
      lastKey = atS;
      if (atS - lastTold < leastGapS) return;
      lastTold = atS;
      keys.push(atS);
    },
  };
}
