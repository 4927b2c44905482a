/** How often words have to come one after the other until nobody says that. */
const leastTimes = (length: number) => (length === 1 ? 6 : length === 2 ? 4 : 3);
const mostLength = 24;

/** Which words of a text only repeat those before them, as models do that are caught in a loop. */
export function findLoops(words: readonly string[]): boolean[] {
  const plain = words.map((word) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
  const isRepeat = plain.map(() => false);
  for (let at = 0; at < plain.length;) {
    const loop = loopAt(plain, at);
    if (loop === undefined) at++;
    else {
      isRepeat.fill(true, at + loop.length, at + loop.length * loop.times);
      at += loop.length * loop.times;
    }
  }
  return isRepeat;
}

function loopAt(
  plain: readonly string[],
  at: number,
): { readonly length: number; readonly times: number } | undefined {
  for (let length = 1; length <= mostLength && at + 2 * length <= plain.length; length++) {
    let same = 0;
    while (plain[at + length + same] === plain[at + same] && at + length + same < plain.length) {
      same++;
    }
    const times = Math.floor(same / length) + 1;
    if (times >= leastTimes(length)) return { length, times };
  }
  return undefined;
}
