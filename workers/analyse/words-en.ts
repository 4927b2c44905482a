import type { Words } from './words.ts';

const functionWords = `
a about above after again against all also am an and any are aren't as at be because been before being
below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down
during each either else etc even ever every few for from further get gets got had hadn't has hasn't have
haven't having he her here hers herself him himself his how however i if in into is isn't it its itself
just let like made make many may me might more most much must my myself neither no nor not now of off on
once one only or other our ours ourselves out over own per rather same shall she should shouldn't since so
some still such than that the their theirs them themselves then there therefore these they this those
through thus to too two under until up upon us used using very via was wasn't we well were weren't what
when where whether which while who whom whose why will with within without won't would wouldn't yes yet
you your yours yourself yourselves`;

const negations =
  "not no never without hardly nothing neither nor cannot can't isn't aren't wasn't weren't don't doesn't didn't won't";

const praise = `
accurate admirable admire amazing attractive award awesome beautiful beneficial benefit best better brilliant
calm charming cheerful clever comfortable convenient delight delightful easy effective efficient elegant
encourage encouraging enjoy enjoyable enjoyed excellent exciting fantastic favourable favorite flawless
friendly fun generous gentle glad good graceful grateful great happily happiness happy harmonious healthy
helpful honest hope hopeful ideal impressive improve improved inspiring joy joyful kindness liked love loved
lovely lucky magnificent marvellous marvelous nice outstanding peaceful perfect perfectly pleasant pleased
pleasure praise praised precious proud recommend recommended reliable remarkable rewarding safe satisfied
satisfying smooth splendid strength success successful superb sweet thank thanks thrive trustworthy useful
valuable warm welcome wise wonderful worthy`;

const complaint = `
abuse abused afraid aggressive alarming anger angry annoyed annoying anxious appalling arrogant ashamed awful
awkward bad badly blame boring broken careless catastrophe catastrophic chaotic clumsy complain complaint
confused confusing corrupt cruel dangerous depressed depressing desperate disappointed disappointing
disappointment disaster disastrous disgusting dishonest dislike disliked dismal distress dreadful dull evil
failed failing failure faulty fear fearful flawed frightening frustrated frustrating greedy grief guilty harmful
hate hated hatred horrible horrific hostile hurt hurtful ignorant inferior jealous lazy lonely mess messy
miserable misery mistake mistakes nasty neglect neglected nervous painful panic pathetic poor poorly
regret ridiculous rude ruined sad sadly sadness scandal scary shame shameful sorrow stupid suffer suffered
suffering terrible terribly terrifying threat threatening tired tragedy tragic trouble ugly unfair unhappy
unpleasant unsafe useless violence violent weak weakness worried worry worse worst worthless wrong`;

export const english: Words = {
  functionWords: new Set(functionWords.trim().split(/\s+/)),
  negations: new Set(negations.split(' ')),
  praise: new Set(praise.trim().split(/\s+/)),
  complaint: new Set(complaint.trim().split(/\s+/)),
  stem: (word) =>
    word
      .replace(/['’]s?$/, '')
      .replace(/ies$/, 'y')
      .replace(/(?<=[^su\W])s$|(?<=ss|sh|ch|x)es$/, ''),
  countSyllables(word) {
    const letters = word.replace(/[^a-z]/g, '');
    const spoken = letters.replace(/(?<=..)(?:(?<![szxcghlaeiouy])es|(?<![dt])ed|(?<!l)e)$/, '');
    return Math.max(1, spoken.match(/[aeiouy]+/g)?.length ?? 0);
  },
  flesch: { base: 206.835, perSentence: 1.015, perWord: 84.6 },
  wordsPerMinute: 228,
};
