import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGarbage } from './is-garbage.ts';
import { measureText } from './measure-text.ts';

test('text in any language, numbers, formulas, code and tables are no garbage', () => {
  const texts = [
    'The moon pulls the sea, and the sea follows it twice a day around the world.',
    'Луна притягивает море, и море следует за ней дважды в день вокруг всего света.',
    'Měsíc přitahuje moře a moře za ním dvakrát denně krouží kolem celého světa. Zmrzl, čtvrt hrst zrn.',
    'القمر يجذب البحر والبحر يتبعه مرتين في اليوم حول العالم كله',
    'הירח מושך את הים והים הולך אחריו פעמיים ביום',
    '月は海を引き、海は一日に二度、世界中でそれに従う。カタカナとKanjiの混在。',
    '달은 바다를 끌어당기고 바다는 하루에 두 번 달을 따라간다',
    'चंद्रमा समुद्र को खींचता है और समुद्र दिन में दो बार उसका अनुसरण करता है',
    'Mặt trăng kéo biển, và biển theo nó hai lần mỗi ngày quanh thế giới này đây',
    '1 204,50 33 % 17.5 –3.2 2026-11-25 (12) 100 200 300',
    '∑ x² + y² = z² (1.2) ∀ε>0 ∃δ: |f(x)−f(a)| < ε',
    'for (let i = 0; i < n; i++) { if (a[i] !== b[i]) return -1; }',
    'Contents .................................................. 7',
    'Contents . . . . . . . . . . . . . . . . . . . . 12',
    '12',
    '* * *',
    'mRNA CRISPR GDP GNP NDP kWh DNS HTTP TCP: abbreviations and what they mean in short words.',
    'Сигнал β-излучения и α-частиц; длина волны λ = 0,5 мкм, Schrödinger, уравнение.',
  ];
  for (const text of texts) assert.equal(isGarbage(measureText(text)), false, text);
});

test('numbers of parts, cells that are named and units are no garbage', () => {
  const row = (text: string) =>
    Array.from({ length: 40 }, (_, i) => `${100 + i} ${text}`).join('\n');
  const texts = [
    row('BRKT-4898-M5l SCR M7x40 ZN QTY 81 PN HOH0BIGl'),
    row('r1c1 r1c2 r2c1 r2c2'),
    row('WSHR 4898 SPRG 3115 QTY 81'),
    row('75 mm 18 kg 230 hPa'),
  ];
  for (const text of texts) assert.equal(isGarbage(measureText(text)), false, text);
});

test('glyphs that the file does not name, or names wrongly, are garbage', () => {
  const shifted = (text: string, by: number) =>
    text.replace(/[a-z]/g, (letter) =>
      String.fromCharCode(((letter.charCodeAt(0) - 97 + by) % 26) + 97),
    );
  const texts = [
    '\ue001\ue002\ue003 \ue004\ue005',
    'a\ufffd\ufffdb \ufffd\ufffd\ufffd',
    '3HQČåQt\ufffdSURVWĜHGN\\\ufffdQD\ufffd~þWHFK',
    '"7+%-',
    '̽ଋҨǥƹ̽ୡȥဎഁ ୡࣧҨဌʾဎಱ̽ೌ¢ ܆ȥ¢৞¢ਮΝ੧ ੅ͱʸ¢͢',
    'Ïðèâåò ìèð ýòî òåêñò â äðóãîé êîäèðîâêå êîòîðûé íåëüçÿ ïðî÷åñòü',
    shifted('the moon pulls the sea and the sea follows it twice a day around the world', 3),
    '7KH PRRQ SXOOV WKH VHD DQG WKH VHD IROORZV LW WZLFH D GD\\ DURXQG WKH ZRUOG',
    'Шзж сзф хпъчгкдгжх прфж к прфж флждчжх мг сжл пшк цдкчг дрвпзв цдкщг прхз',
    ')\'$#&*(!@ %^&*()_+ {}|:"<>? $%&/()=',
  ];
  for (const text of texts) assert.equal(isGarbage(measureText(text)), true, text);
});
