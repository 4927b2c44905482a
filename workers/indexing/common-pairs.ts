/**
 * The commonest pairs of letters in words: each group is a letter and those that come after it, without
 * accents. Counted in the messages of programs that are translated, every language counting as much as any
 * other: 52 in Latin letters, 9 in Cyrillic. In all of them most pairs are of these; in letters that stand for
 * others less than half are.
 */
export const commonPairs: readonly string[] = [
  'abcdgiklmnprstuvz baeilou caehiou daeiou eacdgiklmnprst faio gaeioru haeio',
  'iacdegklmnorstvz jae kaeiosu laeilou maeiopu nadeginostu obcdgklmnprstv paeioru',
  'radeiostu saeikopstu taehiorstu uabeklmnrst vaeio wae ya zaei',
  'аабвгдежзиклмнпрстухцчшя баеилору ваеиноруыі гадилору даеилноруыэ евгджзиклмнпрстш жаеи',
  'завеимноу ивгдезиклмнрстфхцчшя каеилорстуі лагдеиноуыьяі маеиоуі нагдеиностуыьяі',
  'обвгдежзиклмнопрстчш паеиору рагдежимностуыэ саеиклноптуыяі тавеиноруыьэі убвдклмнпрсту',
  'фаио хаоэ цаеиьі чаеин шаеиту ымнс ьн эглнрсэ ят ідклнрс',
].flatMap((line) => line.split(' '));
