/** One query in, one response out: from the zone, or from the servers above. */
import { decodePacket, encodeQuery, type Packet, type PacketRecord } from "./packet.ts";
import { type Answer, type DnsRecord, type Question, responseCodes } from "./records.ts";
import type { Upstream } from "./upstream.ts";
import { encodeResponse, serverPayloadSize } from "./wire.ts";
import type { Zone } from "./zone.ts";

const smallestPayload = 512;
const largestTcpMessage = 65_535;
/** Aliases followed for one question. */
const mostAliases = 8;

export interface Query {
  readonly message: Buffer;
  readonly tcp: boolean;
  readonly signal: AbortSignal;
}

const bare = (code: number): Answer => ({ code, answers: [], authoritative: false });

export class Resolver {
  readonly #zone: Zone;
  readonly #upstream: Upstream;

  constructor(zone: Zone, upstream: Upstream) {
    this.#zone = zone;
    this.#upstream = upstream;
  }

  /** `undefined`: what came deserves no answer. */
  async respond(query: Query): Promise<Buffer | undefined> {
    const { message, tcp } = query;
    if (message.length < 12) return undefined;
    const packet = decodePacket(message);
    if (packet?.type === "response") return undefined;
    const opt = packet?.additionals.find((record) => record.type === "OPT");
    const payload = Math.min(serverPayloadSize, Math.max(smallestPayload, opt?.udpPayloadSize ?? 0));
    const limit = tcp ? largestTcpMessage : payload;
    const answer = packet ? await this.#answer(packet, query) : bare(responseCodes.formatError);
    return Buffer.isBuffer(answer)
      ? answer
      : encodeResponse({ query: message, answer, edns: opt !== undefined, limit });
  }

  async #answer(packet: Packet, query: Query): Promise<Answer | Buffer> {
    if (packet.opcode !== "QUERY") return bare(responseCodes.notImplemented);
    const [asked, ...more] = packet.questions;
    if (!asked || more.length > 0) return bare(responseCodes.formatError);
    if (asked.class !== "IN" && asked.class !== "ANY") return bare(responseCodes.refused);
    const question = { name: asked.name.toLowerCase().replace(/\.$/, ""), type: asked.type };
    const found = this.#zone.answer(question);
    if (found.kind === "answer") return found.answer;
    if (found.kind === "alias") return this.#follow(question, found.record, found.target, query);
    return this.#forward(query);
  }

  /**
   * With nobody to ask, nothing outside the cluster exists. Saying so ends a lookup at once, where a failure would have clients try again
   * until they give up.
   */
  async #forward(query: Query): Promise<Answer | Buffer> {
    if (!this.#upstream.exists) return bare(responseCodes.nameError);
    return (await this.#upstream.ask(query.message, query)) ?? bare(responseCodes.serverFailure);
  }

  async #follow(question: Question, first: DnsRecord, target: string, query: Query): Promise<Answer> {
    const answers: DnsRecord[] = [first];
    const wanted = question.type;
    for (let name = target; wanted !== "CNAME" && answers.length <= mostAliases; ) {
      const found = this.#zone.answer({ name, type: wanted });
      if (found.kind === "answer") return { ...found.answer, answers: [...answers, ...found.answer.answers] };
      if (found.kind === "elsewhere") return this.#followOutside(answers, name, wanted, query);
      answers.push(found.record);
      name = found.target;
    }
    return { code: responseCodes.noError, answers, authoritative: true };
  }

  async #followOutside(answers: DnsRecord[], name: string, type: string, query: Query): Promise<Answer> {
    const response = this.#upstream.exists ? await this.#upstream.ask(encodeQuery(1, name, type), query) : undefined;
    const packet = response && decodePacket(response);
    const further = packet?.answers.flatMap((record) => toRecord(record) ?? []) ?? [];
    return { code: responseCodes.noError, answers: [...answers, ...further], authoritative: true };
  }
}

/** What an alias can lead to. */
function toRecord({ name, type, ttl = 0, data }: PacketRecord): DnsRecord | undefined {
  if (typeof data !== "string") return undefined;
  if (type === "A" || type === "AAAA") return { name, type, ttl, address: data };
  return type === "CNAME" ? { name, type, ttl, target: data } : undefined;
}
