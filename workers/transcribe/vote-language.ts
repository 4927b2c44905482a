type Vote = { readonly language: string | null; readonly ms: number };

const clearShare = 0.7;
const leastVotes = 2;

/** The language that nearly all pieces are in, once it is clear. */
export function voteLanguage(votes: readonly Vote[]): string | undefined {
  const cast = votes.filter(({ language }) => language !== null);
  const { language, share } = findMost(cast);
  return cast.length >= leastVotes && share >= clearShare ? language : undefined;
}

/** The language of most of it, where anybody knows. */
export function mostLanguage(votes: readonly Vote[]): string | undefined {
  return findMost(votes.filter(({ language }) => language !== null)).language;
}

function findMost(votes: readonly Vote[]): { language: string | undefined; share: number } {
  const sums = new Map<string, number>();
  for (const { language, ms } of votes) {
    if (language !== null) sums.set(language, (sums.get(language) ?? 0) + ms);
  }
  const [most] = [...sums].toSorted((a, b) => b[1] - a[1]);
  const total = [...sums.values()].reduce((sum, ms) => sum + ms, 0);
  return { language: most?.[0], share: total === 0 ? 0 : (most?.[1] ?? 0) / total };
}
