import { deflateSync } from 'node:zlib';
import type { Segment } from '../engines/speech-engine.ts';

/** Why what an engine wrote is not believed. */
export type Doubt = 'silence' | 'phantom' | 'too_fast' | 'beyond_end' | 'repetitive';

const mostNoSpeech = 0.6;
const leastLogProbability = -1;
/** Letters each second, more than the fastest speakers have; signs that are whole syllables are fewer. */
const mostLettersPerSecond = 32;
const mostSignsPerSecond = 16;
const leastLettersToJudge = 24;

/** What models learned from the ends of films, and write where nobody speaks. */
const credits =
  /amara\.org|dimatorzok|^субтитры (?:сделал|создавал|подогнал|делал)|^редактор субтитров|^untertitel (?:der|im auftrag)|^sous-titr(?:es|age) (?:par|réalisés|st)|^(?:subtitles?|captions?) by|^字幕(?:by|由|制作|志愿者)/iu;
const mostOfCredits = 100;
const farewells =
  /^(?:thanks?(?: you)?(?: (?:so|very) much)?(?: for watching)?|please subscribe|you|bye|продолжение следует|спасибо за (?:просмотр|внимание)|ご視聴ありがとうございました)$/iu;
const doubtfulNoSpeech = 0.35;
/** So few words for so long a time were not said. */
const leastWordsPerSecond = 0.35;

/** Undefined of what may well have been said. */
export function judgeSegment(segment: Segment, durationMs: number): Doubt | undefined {
  const { startMs, endMs, text, noSpeech = 0, logProbability = 0 } = segment;
  if (startMs >= durationMs) return 'beyond_end';
  if (noSpeech > mostNoSpeech && logProbability < leastLogProbability) return 'silence';
  const seconds = Math.max(0.2, (Math.min(endMs, durationMs) - startMs) / 1_000);
  if (isPhantom(text, { noSpeech, seconds })) return 'phantom';
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const signs = text.match(/[\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}]/gu)?.length ?? 0;
  const most = signs > letters / 2 ? mostSignsPerSecond : mostLettersPerSecond;
  if (letters >= leastLettersToJudge && letters / seconds > most) return 'too_fast';
  return isRepetitive(text) ? 'repetitive' : undefined;
}

function isPhantom(
  text: string,
  { noSpeech, seconds }: { readonly noSpeech: number; readonly seconds: number },
): boolean {
  const plain = text.replace(/[^\p{L}\p{N}\s.]|\.+\s*$/gu, '').trim();
  if (credits.test(plain) && plain.length < mostOfCredits) return true;
  if (!farewells.test(plain)) return false;
  const words = plain.split(/\s+/).length;
  return noSpeech > doubtfulNoSpeech || words / seconds < leastWordsPerSecond;
}

const mostRatio = 2.4;
const leastBytesToJudge = 120;

/** Text that packs so well says the same again and again. */
export function isRepetitive(text: string): boolean {
  const bytes = Buffer.from(text);
  return bytes.length >= leastBytesToJudge && bytes.length / deflateSync(bytes).length > mostRatio;
}
