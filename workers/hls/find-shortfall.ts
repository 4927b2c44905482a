/** What players and programs round in one way or another is none. */
const leastShare = 0.02;
const leastS = 2;

/** What a file says that it plays and does not have, in words for its owner. */
export function findShortfall(
  toldS: number,
  foundS: number,
): { code: string; message: string } | undefined {
  const missingS = toldS - foundS;
  if (missingS < leastS || missingS < toldS * leastShare) return undefined;
  const message = `This recording says that it plays ${clock(toldS)}, but it ends after ${clock(foundS)}. What is there can be played. If that is not all, upload it once more.`;
  return { code: 'file_short', message };
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const short = `${minutes}:${String(rest).padStart(2, '0')}`;
  return hours === 0 ? short : `${hours}:${short.padStart(5, '0')}`;
}
