import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessEncoding } from './guess-encoding.ts';

/** Bytes of a text in an encoding that Node reads and does not write. */
function encode(text: string, encoding: string): Buffer {
  const bytesOf = new Map<string, number[]>();
  const decoder = new TextDecoder(encoding);
  const read = (bytes: number[]) => decoder.decode(Uint8Array.from(bytes));
  for (let byte = 0; byte < 256; byte++) bytesOf.set(read([byte]), [byte]);
  for (let first = 0x81; first < 0xff; first++) {
    for (let second = 0x40; second < 0xff; second++) {
      const character = read([first, second]);
      if (character.length === 1 && !bytesOf.has(character))
        bytesOf.set(character, [first, second]);
    }
  }
  return Buffer.from(Array.from(text).flatMap((character) => bytesOf.get(character) ?? [0x3f]));
}

const russian = 'Прилив и отлив бывают дважды в сутки. Луна притягивает воду, а Земля вращается.';
const texts: readonly (readonly [string, string])[] = [
  ['windows-1251', russian],
  ['koi8-r', russian],
  ['ibm866', russian],
  ['iso-8859-5', russian],
  ['windows-1252', 'Die Überfahrt dauert drei Stunden, sagt der Fährmann und lächelt müde.'],
  ['windows-1252', 'Le café est fermé, dit-il, et la forêt était déjà toute dorée.'],
  ['shift_jis', '月は海の水を引き寄せ、地球は一日に一回その下で回ります。'],
  ['euc-jp', '月は海の水を引き寄せ、地球は一日に一回その下で回ります。'],
  ['gb18030', '月亮吸引海水，这是我们在中国的一个人说的话，他来了。'],
  ['big5', '月亮吸引海水，這是我們在中國的一個人說的話，他來了。'],
  ['euc-kr', '달은 바닷물을 끌어당기고 지구는 하루에 한 번 그 아래에서 돈다.'],
  ['windows-1253', 'το φεγγάρι έλκει τα νερά της θάλασσας και η γη γυρίζει μία φορά.'],
  ['windows-1255', 'הירח מושך את מי הים וכדור הארץ מסתובב תחתיו פעם ביום'],
];

test('texts are read in the encoding that they were written in', () => {
  for (const [encoding, text] of texts) {
    const bytes = encode(text, encoding);
    const guessed = guessEncoding(bytes);
    assert.equal(
      new TextDecoder(guessed).decode(bytes),
      text,
      `${encoding} was taken for ${guessed}`,
    );
  }
});

test('a text in capital letters and one with English in it are read as well', () => {
  for (const text of [russian.toUpperCase(), `${russian} See also: tides, moon.`]) {
    for (const encoding of ['windows-1251', 'koi8-r']) {
      const bytes = encode(text, encoding);
      assert.equal(new TextDecoder(guessEncoding(bytes)).decode(bytes), text, encoding);
    }
  }
});

function assertRead(samples: readonly string[], encodings: readonly string[]) {
  for (const text of samples) {
    for (const encoding of encodings) {
      const bytes = encode(text, encoding);
      const guessed = guessEncoding(bytes);
      assert.equal(new TextDecoder(guessed).decode(bytes), text, `${encoding} as ${guessed}`);
    }
  }
}

test('Russian words in an English text are read, also those that come late', () => {
  const english = 'The moon draws the sea, and the sea follows it.\n';
  const samples = [
    `${english.repeat(20)}The Russian word прилив means tide.`,
    `${english.repeat(2_000)}Здесь начинается русский текст.`,
    'The word мир means both peace and world; Москва is a city.',
  ];
  assertRead(samples, ['windows-1251', 'koi8-r']);
  assertRead([`${english}Umlaute: äöüß, zum Beispiel über, für, schön.`], ['windows-1252']);
});

test('Ukrainian letters come out of both encodings', () => {
  const samples = ['Їжак і ґанок, її життя є дивом', 'The capital of Ukraine is Київ.'];
  assertRead(samples, ['windows-1251', 'koi8-u']);
});

test('a few words are taken for Russian or Western before anything rare', () => {
  const samples = [
    '1. Хлеб\n2. Мёд\n3. Щи\n4. Чай',
    'Щукин Ю.Ж., Эфрос Ф.Х.',
    'Щукин Ю.Ж., Эфрос Ф.Х., Цыпин Щ.Э., Хрущёв Ж.Ю., Шацкий Ф.Ф.',
    'объём',
    'Эхо',
  ];
  assertRead(samples, ['windows-1251', 'koi8-r']);
  assertRead(['Ærø', 'l’été', '© 2019 ® ™', '20 °C ± 5 °C', '¿Qué? ¡Sí!'], ['windows-1252']);
  assertRead(['こんにちは'], ['shift_jis', 'euc-jp']);
});

test('a few bad bytes do not turn a text in UTF-8 into another one', () => {
  const samples = [
    'Прилив и отлив бывают дважды в сутки.',
    'Zürich — Überfahrt, schöne Müdigkeit',
    '月は海',
  ];
  for (const text of samples) {
    for (const bad of ['ff', 'd0', '80', 'e2 82']) {
      const rotten = Buffer.from(bad.replace(' ', ''), 'hex');
      const bytes = Buffer.concat([Buffer.from(text), rotten, Buffer.from(` ${text}`)]);
      assert.equal(guessEncoding(bytes), 'utf-8', `${text} with ${bad}`);
    }
  }
});

test('UTF-16 without its mark is told by its characters', () => {
  const samples = [
    'The moon pulls the sea.\r\n',
    russian,
    'Hi!\n',
    'Ελληνικά και English.',
    '月は海の水を引き寄せ、地球は回ります。\n',
  ];
  for (const text of samples) {
    const bytes = Buffer.from(text, 'utf16le');
    assert.equal(guessEncoding(bytes), 'utf-16le', text);
    assert.equal(guessEncoding(bytes.swap16()), 'utf-16be', text);
  }
});
