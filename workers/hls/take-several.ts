export type Several = {
  /** Begins work, as soon as there is room for it. Throws what earlier work has thrown. */
  take(work: () => Promise<void>): Promise<void>;
  /** Resolves when all of it is done. */
  end(): Promise<void>;
};

/** So much work at a time, and no more. */
export function takeSeveral(most: number): Several {
  const underWay = new Set<Promise<void>>();
  return {
    async take(work) {
      if (underWay.size >= most) await Promise.race(underWay);
      const begun = work();
      underWay.add(begun);
      // What fails stays, for whoever waits next.
      begun.then(
        () => underWay.delete(begun),
        () => undefined,
      );
    },
    async end() {
      await Promise.all(underWay);
    },
  };
}
