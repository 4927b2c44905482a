import type { freshCourse } from './fresh-course.ts';
import { speakTusAs } from './tus.ts';

export type Sent = {
  readonly status: number;
  readonly code?: string;
  readonly materialId?: string;
};
export type Door = (name: string, content: Buffer) => Promise<Sent>;
type Api = Pick<Awaited<ReturnType<typeof freshCourse>>, 'me' | 'courseId' | 'upload'>;

/** Both ways in which a file comes to a course: as a form, and by tus. */
export function openDoors({ me, courseId, upload }: Api): { form: Door; tus: Door } {
  const client = speakTusAs(me);
  return {
    async form(name, content) {
      const answer = await upload([{ name, content }]);
      const { statusCode: status } = answer;
      const said = answer.json<{ code?: string; items?: { id: string }[] }>();
      if (said.code !== undefined) return { status, code: said.code };
      return { status, materialId: said.items?.[0]?.id ?? '' };
    },
    async tus(name, content) {
      const answer = await client.begin({ courseId, size: content.length, name, body: content });
      const { statusCode: status } = answer;
      if (status >= 400) return { status, code: answer.json<{ code: string }>().code };
      return { status, materialId: String(answer.headers['lectern-material-id']) };
    },
  };
}
