import { type RawBuilder, sql } from 'kysely';
import type { Db } from './connect.ts';

/** A word of a question, as a query for any of the forms it can have in a chunk. */
export type Term = { readonly query: string; readonly forms: number };
export type CountedTerm = Term & { readonly found: number; readonly total: number };
/** `weight`: the word's share of the question, by how rare it is. All shares make 1. */
export type WeighedTerm = CountedTerm & { readonly weight: number };

const mostTerms = 32;

/** A text as its words are looked for: PostgreSQL takes what looks like a tag for none of them. */
export function withoutTags(text: RawBuilder<string>): RawBuilder<string> {
  return sql<string>`translate(${text}, '<>', '  ')`;
}

/**
 * The words of a text that say something, each in its English, its Russian and its own form. A word that
 * is a stop word in either language is left out. Compounds are there by their parts.
 */
export async function listTerms(db: Db, text: string): Promise<Term[]> {
  const { rows } = await sql<{ forms: string[] }>`
    with words as (
      select tsvector_to_array(to_tsvector('english', token)) as english,
        tsvector_to_array(to_tsvector('russian', token)) as russian,
        tsvector_to_array(to_tsvector('simple', token)) as own,
        min(place) as place
      from ts_parse('default', ${withoutTags(sql`${text}::text`)}) with ordinality as parsed(kind, token, place)
      where kind not in (12, 13, 14, 15, 16, 17) and length(token) < 200
      group by 1, 2, 3
    ), terms as (
      select array_agg(distinct form order by form) as forms, min(place) as place
      from words, unnest(english || russian || own) as form
      where cardinality(english) > 0 and cardinality(russian) > 0
      group by english, russian
    )
    select forms from terms order by place limit ${mostTerms}`.execute(db);
  return rows.map(({ forms }) => ({
    query: `(${forms.map(quote).join(' | ')})`,
    forms: forms.length,
  }));
}

/** A lexeme as PostgreSQL reads it in a query: nothing in it is an operator. */
function quote(lexeme: string): string {
  return `'${lexeme.replace(/['\\]/g, (character) => character + character)}'`;
}

export function joinTerms(terms: readonly Term[], operator: '|' | '&'): string {
  return terms.map(({ query }) => query).join(` ${operator} `);
}

/** Words that some chunk has, rarest first, with the weight that BM25 gives to rarity. */
export function weigh(terms: readonly CountedTerm[]): WeighedTerm[] {
  const rarity = ({ found, total }: CountedTerm) =>
    Math.log(1 + (total - found + 0.5) / (found + 0.5));
  const sum = terms.reduce((total, term) => total + rarity(term), 0);
  return terms
    .filter(({ found }) => found > 0)
    .map((term) => Object.assign(term, { weight: rarity(term) / sum }))
    .sort((a, b) => a.found - b.found);
}

/** The rarest words, as many as find no more chunks than can be ranked, and one at least. */
export function chooseRare(terms: readonly WeighedTerm[], mostFound: number): WeighedTerm[] {
  let found = 0;
  return terms.filter((term, i) => (found += term.found) <= mostFound || i === 0);
}
