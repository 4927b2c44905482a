/** Works on many things, some at a time; the first failure ends it, after what has begun. */
export type Crew = {
  /** Resolves when the work has begun, which is when one of the crew is free. */
  add(work: () => Promise<void>): Promise<void>;
  settled(): Promise<void>;
  throwIfFailed(): void;
};

export function startCrew(size: number): Crew {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  return {
    add: async (work) => {
      while (running.size >= size && failures.length === 0) await Promise.race(running);
      if (failures.length > 0) throw failures[0];
      const run = work().catch((error: unknown) => void failures.push(error));
      const ended = run.then(() => void running.delete(ended));
      running.add(ended);
    },
    settled: async () => {
      await Promise.all(running);
    },
    throwIfFailed: () => {
      if (failures.length > 0) throw failures[0];
    },
  };
}
