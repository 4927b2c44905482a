/** Languages that Whisper knows. */
const codes =
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue'.split(
    ' ',
  );

const english = new Intl.DisplayNames(['en'], { type: 'language' });

/** What Whisper calls otherwise than others do. */
const byName = new Map<string, string>([
  ...codes.map((code) => [nameOf(code), code] as const),
  ['castilian', 'es'],
  ['flemish', 'nl'],
  ['haitian creole', 'ht'],
  ['letzeburgesch', 'lb'],
  ['moldavian', 'ro'],
  ['moldovan', 'ro'],
  ['myanmar', 'my'],
  ['panjabi', 'pa'],
  ['punjabi', 'pa'],
  ['pushto', 'ps'],
  ['sinhalese', 'si'],
  ['valencian', 'ca'],
  ['bangla', 'bn'],
  ['bengali', 'bn'],
  ['mandarin', 'zh'],
  ['nynorsk', 'nn'],
  ['javanese', 'jv'],
  ['tagalog', 'tl'],
]);

function nameOf(code: string): string {
  return english.of(code)?.toLowerCase() ?? code;
}

/** The code of a language that is told by its name, as OpenAI does, or by a code; null of what is neither. */
export function codeOfLanguage(told: string | null | undefined): string | null {
  const plain = told?.trim().toLowerCase().replaceAll('_', '-') ?? '';
  if (/^[a-z]{2,3}(-|$)/.test(plain)) return canonical(plain);
  return byName.get(plain) ?? null;
}

const isNone = /^(?:und|mul|mis|zxx)$/;

/** Also of the codes of three letters that are in the files of films. */
function canonical(code: string): string | null {
  try {
    const { language } = new Intl.Locale(code === 'jw' ? 'jv' : (bibliographic[code] ?? code));
    return isNone.test(language ?? 'und') ? null : language;
  } catch {
    return null;
  }
}

/** Those that have two codes of three letters; the other one is known everywhere. */
const bibliographic: Readonly<Record<string, string>> = {
  alb: 'sq',
  arm: 'hy',
  baq: 'eu',
  bur: 'my',
  chi: 'zh',
  cze: 'cs',
  dut: 'nl',
  fre: 'fr',
  geo: 'ka',
  ger: 'de',
  gre: 'el',
  ice: 'is',
  mac: 'mk',
  mao: 'mi',
  may: 'ms',
  per: 'fa',
  rum: 'ro',
  slo: 'sk',
  tib: 'bo',
  wel: 'cy',
};

/** A tag such as `pt-BR` as all write it; undefined of what is none. */
export function canonicalTag(tag: string | undefined): string | undefined {
  const code = codeOfLanguage(tag);
  if (tag === undefined || code === null) return undefined;
  if (/^[a-z]{3}$/i.test(tag)) return code;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** As people call it, in English. */
export function nameOfLanguage(code: string): string {
  try {
    return english.of(code) ?? code;
  } catch {
    return code;
  }
}
