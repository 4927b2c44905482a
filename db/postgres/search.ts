import { type RawBuilder, sql } from 'kysely';
import type { Viewer } from '../access/viewer.ts';
import type { Db } from './connect.ts';
import { isAllowed } from './courses.ts';
import { chooseRare, joinTerms, listTerms, type Term, weigh, withoutTags } from './search-terms.ts';
import type { Place } from './tables.ts';

export type TextSearch = {
  readonly text: string;
  readonly courseId?: string | undefined;
  readonly limit: number;
};

/** A material or a node of a course, by its best chunk. */
export type TextHit = {
  readonly materialId: string | null;
  readonly nodeId: string | null;
  readonly courseId: string;
  readonly title: string;
  /** Text with `hitStart` and `hitEnd` around what was found: not yet safe to show. */
  readonly excerpt: string;
  /** Of what is said, it begins with the words that were found. */
  readonly place: Place;
  /** Whether a program wrote the text down that often mishears. */
  readonly isDraft: boolean;
  /** 0–1; from 0.5 on, the chunk has all the words. */
  readonly score: number;
};

/** From the private use area, and taken out of the text, so that they can only be ours. */
export const hitStart = '\ue000';
export const hitEnd = '\ue001';

/** For `<` and `>` while an excerpt is cut, which would be cut out as tags; in no language letters. */
const standIns = '\u0002\u0003';

/** More chunks than this are not ranked: the rarest words that have fewer choose them. */
const mostCandidates = 2_000;

/**
 * Full text search in what the viewer may see. A question need not be answered in its own words: one
 * common word is enough to be found, rare words count more, and chunks with all the words come first.
 */
export async function searchText(
  db: Db,
  viewer: Viewer,
  { text, courseId, limit }: TextSearch,
): Promise<TextHit[]> {
  const terms = await listTerms(db, text);
  if (terms.length === 0) return [];
  const scope = scopeOf(db, viewer, courseId);
  const weighed = weigh(await countChunks(db, terms, scope));
  if (weighed.length === 0) return [];
  const rare = joinTerms(chooseRare(weighed, mostCandidates), '|');
  const any = joinTerms(weighed, '|');
  const all = weighed.length < terms.length ? undefined : joinTerms(weighed, '&');
  const { rows } = await sql<TextHit>`
    with candidates as (
      select id, material_id, course_id, node_id, words from chunks where words @@ ${rare}::tsquery and ${scope}
      limit ${mostCandidates}
    ), ranked as (
      select id, material_id, course_id, node_id, (${scoreOf(weighed)}) as part,
        ${all === undefined ? sql`false` : sql`words @@ ${all}::tsquery`} as has_all
      from candidates
    ), best as (
      select distinct on (material_id, course_id, node_id) id, (part + has_all::int) / 2 as score
      from ranked order by material_id, course_id, node_id, score desc, id
    ), top as (
      select * from best order by score desc, id limit ${limit}
    )
    select chunk.material_id as "materialId", chunk.node_id as "nodeId",
      chunk.course_id as "courseId", coalesce(material.file_name, node.title) as title,
      chunk.place || coalesce(said.place, '{}') as place,
      coalesce(said.is_draft, false) as "isDraft", top.score,
      translate(ts_headline(chunk.language,
        translate(chunk.text, ${`<>${hitStart}${hitEnd}${standIns}`}, ${standIns}),
        ${any}::tsquery, ${headline}), ${standIns}, '<>') as excerpt
    from top
    join chunks as chunk on chunk.id = top.id
    left join materials as material on material.id = chunk.material_id
    left join nodes as node on node.course_id = chunk.course_id and node.id = chunk.node_id
    left join lateral (${findCue(any)}) as said on true
    order by top.score desc, top.id`.execute(db);
  return rows;
}

/**
 * What is said is found by the minute; where in it the words are, its captions know. The cue counts that
 * has most of them.
 */
function findCue(any: string): RawBuilder<unknown> {
  return sql`
    select captions.is_draft, (
      select jsonb_build_object('startTime', cue.start_ms / 1000.0) from caption_cues as cue,
        to_tsvector(chunk.language, ${withoutTags(sql`cue.text`)}) as said
      where cue.material_id = chunk.material_id and cue.language = captions.language
        and cue.start_ms >= (chunk.place ->> 'startTime')::float8 * 1000 - 1
        and cue.end_ms <= (chunk.place ->> 'endTime')::float8 * 1000 + 1
        and said @@ ${any}::tsquery
      order by ts_rank(said, ${any}::tsquery) desc, cue.number limit 1) as place
    from captions where captions.material_id = chunk.material_id and chunk.place ? 'startTime'
    order by captions.position, captions.language limit 1`;
}

const headline = `StartSel=${hitStart}, StopSel=${hitEnd}, MaxFragments=2, MaxWords=28, MinWords=10, FragmentDelimiter=" … "`;

/**
 * Says which chunks may be found, by what the viewer may see now. Many courses come as an array, which
 * is found out once; a join would scan the index again for each. One course is compared, so that the
 * planner knows how few chunks that leaves.
 */
function scopeOf(db: Db, viewer: Viewer, courseId: string | undefined): RawBuilder<boolean> {
  const visible = db.selectFrom('courses').select('id').where(isAllowed(viewer, 'material.read'));
  if (courseId === undefined) return sql<boolean>`course_id = any(array(${visible}))`;
  return sql<boolean>`course_id = ${courseId} and exists (${visible.where('id', '=', courseId)})`;
}

async function countChunks(db: Db, terms: readonly Term[], scope: RawBuilder<boolean>) {
  const { rows } = await sql<{ found: number; total: number }>`
    select total, (select count(*)::int from chunks where words @@ term::tsquery and ${scope}) as found
    from unnest(${terms.map(({ query }) => query)}::text[]) with ordinality as terms(term, number),
      (select count(*)::int as total from chunks where ${scope}) as scope
    order by number`.execute(db);
  return terms.map((term, i) => ({
    ...term,
    found: rows[i]?.found ?? 0,
    total: rows[i]?.total ?? 0,
  }));
}

/**
 * The share of the question that a chunk has, 0–1. `ts_rank` of one word grows with its number in the
 * chunk towards 0.1 and divides by the number of forms asked for; the root makes one mention count most.
 */
function scoreOf(terms: readonly { query: string; forms: number; weight: number }[]) {
  const parts = terms.map(
    ({ query, forms, weight }) =>
      sql`${weight}::float8 * sqrt(ts_rank(words, ${query}::tsquery) * ${forms * 10}::float8)`,
  );
  return sql<number>`least(1, ${sql.join(parts, sql` + `)})`;
}
