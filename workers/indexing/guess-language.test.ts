import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { guessLanguage } from './guess-language.ts';

const texts: Readonly<Record<string, string>> = {
  en: 'The moon pulls at the water of the sea, and the earth turns under it once a day.',
  de: 'Der Mond zieht das Wasser an, und die Erde dreht sich einmal am Tag unter ihm hindurch.',
  fr: 'La lune attire les eaux de la mer, et la terre tourne sous elle une fois par jour.',
  es: 'La luna atrae las aguas del mar, y la tierra gira bajo ella una vez al día, como siempre.',
  it: 'La luna attira le acque del mare e la terra gira sotto di essa una volta al giorno.',
  pt: 'A lua atrai as águas do mar, e a terra gira sob ela uma vez por dia, não mais.',
  nl: 'De maan trekt het water van de zee aan, en de aarde draait er een keer per dag onder door.',
  pl: 'Księżyc przyciąga wody morza, a ziemia obraca się pod nim i to jest raz na dobę.',
  cs: 'Měsíc přitahuje vody moře a země se pod ním otočí jednou za den, jako je to vždy.',
  sv: 'Månen drar till sig havets vatten och jorden vrider sig under den en gång om dagen.',
  ru: 'Луна притягивает воду моря, и земля поворачивается под ней один раз в сутки.',
  uk: 'Місяць притягує води моря, і земля обертається під ним один раз на добу, що є правилом.',
  bg: 'Луната привлича водите на морето и земята се завърта под нея, за да има приливи.',
  ja: '月は海の水を引き寄せ、地球は一日に一回その下で回ります。',
  zh: '月亮吸引海水，地球每天在它下面转一圈。',
  ko: '달은 바닷물을 끌어당기고 지구는 하루에 한 번 그 아래에서 돈다.',
  ar: 'القمر يجذب مياه البحر والأرض تدور تحته مرة كل يوم',
  he: 'הירח מושך את מי הים וכדור הארץ מסתובב תחתיו פעם ביום',
  el: 'Το φεγγάρι έλκει τα νερά της θάλασσας και η γη γυρίζει μία φορά την ημέρα.',
};

test('languages are told apart by what stands in every text', () => {
  const guesses = Object.fromEntries(
    Object.entries(texts).map(([code, text]) => [code, guessLanguage(text)]),
  );
  assert.deepEqual(guesses, Object.fromEntries(Object.keys(texts).map((code) => [code, code])));
});

test('a few words of Cyrillic are told by letters that others do not have', () => {
  const short = {
    ru: [
      'Вода',
      'Приливы и отливы',
      'Съезд',
      'Луна, как її звуть: длинный русский текст с одним словом другого языка, и ещё немного слов после него, чтобы оно было редким среди всех',
    ],
    uk: ['Привіт, світе!', 'Вода тече в озері', 'Щоденник її подорожі'],
    be: ['Прывітанне, свет', 'Ён чытаў кнігу', 'Мова і літаратура, жывёлы'],
    sr: ['Њихова љубав', 'Ђак учи'],
  };
  for (const [code, all] of Object.entries(short)) {
    for (const text of all) assert.equal(guessLanguage(text), code, text);
  }
  assert.equal(guessLanguage('Мiръ и война, или въ древнія времена: объ этомъ всѣ знали'), 'ru');
});

test('a quotation in another language does not make it one', () => {
  assert.equal(guessLanguage(`${texts['en']} ${texts['en']} “Luna trahit aquas maris.”`), 'en');
  assert.equal(guessLanguage(`${texts['ru']} ${texts['ru']} "The moon is it."`), 'ru');
});

test('what says nothing is no language', () => {
  for (const text of ['', '12 + 30 = 42', 'xyz', 'MJ-300 Kfz']) {
    assert.equal(guessLanguage(text), undefined, text);
  }
});

test('a short text with headings, a table and a footnote is still in its language', () => {
  const english = [
    '# A tide\n\nA pull of a moon.\n\n| a | b |\n| - | - |\n| as | o |\n\n## The ebb\n\nIt ends. [a] A note.',
    'Take α and β as a pair: a sum α + β, a product αβ and a ratio. Is it a field?',
    'Footnote appears here[1]\nHere is a list:\nBullet 1\nThis is a hyperlink\nSubject is here\nHere is a citation:\nRow 1 Col 1\n[1] This is a footnote.',
    'Getting started\nChapter One\nSection A\nEach row has a name and a value.\nName\tValue\na\t1\no\t2\ne\t3\nSee a footnote below.',
    'A plan as a map: add a node, drag a line, choose a colour. Press a key to end it.',
  ];
  for (const text of english) assert.equal(guessLanguage(text), 'en', text);
  const others = {
    pt: 'Aqui está o mapa: a linha e o ponto. É um plano com uma nota de rodapé.',
    hu: 'Ez egy lista: az első pont és a második. Nem kell több.',
    es: 'Aquí hay una lista: el punto y la línea. Es todo por hoy.',
    fr: 'Voici une liste : le point et la ligne. Il y a une note en bas.',
  };
  for (const [code, text] of Object.entries(others)) assert.equal(guessLanguage(text), code, text);
});

test('noise in letters is no language', () => {
  const noise = Array.from({ length: 60 }, (_, i) =>
    createHash('sha256').update(`${i}`).digest('base64'),
  );
  assert.equal(guessLanguage(noise.join('\n')), undefined);
  assert.equal(guessLanguage(noise.join(' ').replaceAll(/[^A-Za-z ]/g, ' ')), undefined);
});
