export type Rate = { readonly burst: number; readonly perSecond: number };

/** Whether one more may come, by a bucket that fills again with time. */
export type Gauge = (nowMs: number) => boolean;

export function makeGauge({ burst, perSecond }: Rate): Gauge {
  let left = burst;
  let lastMs = performance.now();
  return (nowMs) => {
    left = Math.min(burst, left + ((nowMs - lastMs) / 1_000) * perSecond) - 1;
    lastMs = nowMs;
    return left >= 0;
  };
}

/** One gauge for all the sockets of a person, as long as they have one. */
export class PersonGauges {
  readonly #rate: Rate;
  readonly #gauges = new Map<string, { readonly gauge: Gauge; sockets: number }>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  enter(userId: string): Gauge {
    const own = this.#gauges.get(userId) ?? { gauge: makeGauge(this.#rate), sockets: 0 };
    own.sockets++;
    this.#gauges.set(userId, own);
    return own.gauge;
  }

  leave(userId: string): void {
    const own = this.#gauges.get(userId);
    if (own !== undefined && --own.sockets === 0) this.#gauges.delete(userId);
  }
}
