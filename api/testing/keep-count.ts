import type { Store } from '@lectern/db/open';

/** How much of everything there is, to see that a refused request left nothing. */
export async function countAll({ postgres, objects }: Pick<Store, 'postgres' | 'objects'>) {
  const count = async (
    table: 'users' | 'courses' | 'materials' | 'runs' | 'outbox' | 'idempotency',
  ) =>
    (
      await postgres
        .selectFrom(table)
        .select((eb) => eb.lit(1).as('one'))
        .execute()
    ).length;
  return {
    users: await count('users'),
    courses: await count('courses'),
    materials: await count('materials'),
    runs: await count('runs'),
    outbox: await count('outbox'),
    idempotency: await count('idempotency'),
    objects: (await listObjects(objects)).length,
  };
}

export async function listObjects(objects: Store['objects']): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list('')) keys.push(key);
  return keys;
}
