import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLanguage } from './is-language.ts';

const english = 'The lighthouse keepers write down the height of the tide, twice a day, in a book.';
const russian = 'Смотрители маяка записывают высоту прилива дважды в день в большую книгу.';

test('words of many languages are language, and so is what is hardly one', () => {
  const texts = [
    english,
    russian,
    'Die Leuchtturmwärter schreiben zweimal täglich die Höhe der Flut in ein Buch.',
    'Latarnicy zapisują wysokość przypływu dwa razy dziennie w grubej książce.',
    'Strážci majáku zapisují výšku přílivu dvakrát denně do knihy. Zmrzl, čtvrt hrst zrn.',
    'A világítótorony őrei naponta kétszer írják be egy könyvbe a dagály magasságát.',
    'Majakanvartijat kirjaavat vuoroveden korkeuden kahdesti päivässä kirjaan.',
    'Deniz feneri bekçileri günde iki kez gelgitin yüksekliğini bir deftere yazar.',
    'Những người gác hải đăng ghi lại độ cao của thủy triều hai lần mỗi ngày vào một cuốn sổ.',
    'Mae ceidwaid y goleudy yn nodi uchder y llanw ddwywaith y dydd mewn llyfr.',
    'Walinzi wa mnara wa taa huandika kimo cha maji mara mbili kwa siku katika kitabu.',
    'Доглядачі маяка записують висоту припливу двічі на день у велику книгу.',
    'Пазители на фара записват височината на прилива два пъти на ден в голяма книга.',
    'for (const item of items) { if (item.height !== previous.height) return undefined; }',
    'Anna Müller, John Smith, Katarzyna Wiśniewska, Giovanni Rossi, Björn Andersson',
    'القمر يجذب البحر والبحر يتبعه مرتين في اليوم حول العالم كله',
    '∑ x² + y² = z² (1.2) ∀ε>0 ∃δ: |f(x)−f(a)| < ε',
    '1 204,50 33 % 17.5 –3.2 2026-11-25 (12) 100 200 300 kg mm km/h',
    'Ebb. The sea withdraws slowly.',
    'ISBN 978-3-16-148410-0',
  ];
  for (const text of texts) assert.equal(isLanguage(text), true, text);
});

test('letters that stand for others, and letters at random, are none', () => {
  const shift = (text: string, by: number) =>
    Array.from(text, (one) => String.fromCharCode(one.charCodeAt(0) + by)).join('');
  const turned = english.replace(/[a-z]/gi, (one) => {
    const base = one < 'a' ? 65 : 97;
    return String.fromCharCode(((one.charCodeAt(0) - base + 13) % 26) + base);
  });
  const texts = [
    turned,
    turned.toUpperCase(),
    shift(english, 1),
    shift(russian, 1),
    shift(russian, -3),
    'k3jx9q tzw81 pmvxh 7fqdj wkz0b vjxr2 hhqgt zxkw9 bdpqm jvyk4 qzjxw ghkzp',
  ];
  for (const text of texts) assert.equal(isLanguage(text), false, text);
});
