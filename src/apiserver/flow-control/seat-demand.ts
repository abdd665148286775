/** How many seats a priority level could use, over time. Each change costs a few additions. */

/** How much of the last period's wish stays when the wish shrinks. */
const decay = 0.977;

export interface DemandFigures {
  readonly average: number;
  readonly deviation: number;
  readonly peak: number;
}

export class SeatDemand {
  #seats = 0;
  #changed: number;
  #period: number;
  #sum = 0;
  #squares = 0;
  #peak = 0;
  smoothed = 0;
  last: DemandFigures = { average: 0, deviation: 0, peak: 0 };

  /** Seconds, on any clock that only goes on. */
  constructor(now: number) {
    this.#changed = now;
    this.#period = now;
  }

  set(seats: number, now: number): void {
    this.#advance(now);
    this.#seats = seats;
    if (seats > this.#peak) this.#peak = seats;
  }

  /** Ends a period; what was asked for in it becomes part of the smoothed wish. */
  close(now: number): DemandFigures {
    this.#advance(now);
    const length = now - this.#period;
    const average = length > 0 ? this.#sum / length : this.#seats;
    const variance = length > 0 ? Math.max(this.#squares / length - average * average, 0) : 0;
    this.last = { average, deviation: Math.sqrt(variance), peak: this.#peak };
    const envelope = this.last.average + this.last.deviation;
    this.smoothed = Math.max(envelope, decay * this.smoothed + (1 - decay) * envelope);
    this.#period = now;
    this.#sum = 0;
    this.#squares = 0;
    this.#peak = this.#seats;
    return this.last;
  }

  #advance(now: number): void {
    const passed = now - this.#changed;
    this.#sum += this.#seats * passed;
    this.#squares += this.#seats * this.#seats * passed;
    this.#changed = now;
  }
}
