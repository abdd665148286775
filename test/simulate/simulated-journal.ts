/** The files of a journal on a disk that writes in sectors: what is under way when the power fails comes to it in part, and a write may fail. */
import type { JournalDevice } from "../../src/store/journal-device.ts";
import type { Random } from "../support/random.ts";
import type { Steps } from "./steps.ts";

/** Small, so that most batches take several. */
const sectorBytes = 32;

/** What outlives the process. */
export class SimulatedFile {
  readonly name: string;
  content: Buffer = Buffer.alloc(0);

  constructor(name: string) {
    this.name = name;
  }

  put(bytes: Buffer, position: number): void {
    const grown = Buffer.alloc(Math.max(this.content.length, position + bytes.length));
    this.content.copy(grown);
    bytes.copy(grown, position);
    this.content = grown;
  }

  /** Of the bytes those sectors that the seed chooses. */
  putSome(bytes: Buffer, position: number, random: Random): void {
    const share = random.pick([0, 0.5, 0.9, 1]);
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + sectorBytes - ((position + at) % sectorBytes));
      if (random.chance(share)) this.put(bytes.subarray(at, end), position + at);
      at = end;
    }
  }
}

export interface SimulatedDeviceOptions {
  readonly file: SimulatedFile;
  readonly steps: Steps;
  readonly random: Random;
  /** Of all writes, those that fail. */
  readonly failures: number;
}

export class SimulatedDevice implements JournalDevice {
  readonly #options: SimulatedDeviceOptions;
  #underWay: { readonly bytes: Buffer; readonly position: number } | undefined;
  #isDead = false;

  constructor(options: SimulatedDeviceOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.file.name;
  }

  content = (): Buffer => this.#options.file.content;

  async write(bytes: Buffer, position: number): Promise<void> {
    const { file, steps, random, failures } = this.#options;
    this.#underWay = { bytes, position };
    await steps.pause();
    if (this.#isDead) return new Promise(() => {});
    this.#underWay = undefined;
    if (random.chance(failures)) {
      file.putSome(bytes, position, random);
      throw new Error("the disk failed");
    }
    file.put(bytes, position);
    await steps.pause();
  }

  overwrite(bytes: Buffer, position: number): void {
    this.#options.file.put(bytes, position);
  }

  truncate(length: number): void {
    const { file } = this.#options;
    if (length < file.content.length) file.content = Buffer.from(file.content.subarray(0, length));
  }

  close(empty: boolean): void {
    if (empty) this.truncate(0);
  }

  /** The power fails. */
  die(): void {
    this.#isDead = true;
    const { file, random } = this.#options;
    if (this.#underWay) file.putSome(this.#underWay.bytes, this.#underWay.position, random);
  }
}
