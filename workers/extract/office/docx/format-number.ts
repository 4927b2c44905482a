const romans: [number, string][] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];
const latin = 'abcdefghijklmnopqrstuvwxyz';
const russian = 'абвгдежзиклмнопрстуфхцчшщэюя';

/** A number of a list as the document has it written. */
export function formatNumber(value: number, format: string): string {
  switch (format) {
    case 'none':
      return '';
    case 'lowerLetter':
      return letters(value, latin);
    case 'upperLetter':
      return letters(value, latin).toUpperCase();
    case 'russianLower':
      return letters(value, russian);
    case 'russianUpper':
      return letters(value, russian).toUpperCase();
    case 'lowerRoman':
      return roman(value);
    case 'upperRoman':
      return roman(value).toUpperCase();
    case 'decimalZero':
      return String(value).padStart(2, '0');
    case 'ordinal':
      return `${value}${suffix(value)}`;
    default:
      return String(value);
  }
}

/** After the last letter come two of the first, and so on. */
function letters(value: number, alphabet: string): string {
  if (value < 1 || value > alphabet.length * 20) return String(value);
  const letter = alphabet[(value - 1) % alphabet.length] ?? '';
  return letter.repeat(Math.ceil(value / alphabet.length));
}

function roman(value: number): string {
  if (value < 1 || value > 4_999) return String(value);
  let rest = value;
  let text = '';
  for (const [size, sign] of romans) {
    text += sign.repeat(Math.floor(rest / size));
    rest %= size;
  }
  return text;
}

function suffix(value: number): string {
  const isTeen = value % 100 > 10 && value % 100 < 14;
  return isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
}
