/** DNS records and answers as values. */

interface Common {
  /** Lower case, without the last dot. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
}

export type AddressRecord = Common & { readonly type: "A" | "AAAA"; readonly address: string };
export type TargetRecord = Common & { readonly type: "CNAME" | "NS" | "PTR"; readonly target: string };
export type ServiceRecord = Common & {
  readonly type: "SRV";
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
};
export type TextRecord = Common & { readonly type: "TXT"; readonly text: string };
export type AuthorityRecord = Common & {
  readonly type: "SOA";
  readonly primary: string;
  readonly mailbox: string;
  readonly serial: number;
};

export type DnsRecord = AddressRecord | TargetRecord | ServiceRecord | TextRecord | AuthorityRecord;

export const responseCodes = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
} as const;

export interface Answer {
  readonly code: number;
  readonly answers: readonly DnsRecord[];
  readonly authority?: readonly DnsRecord[];
  readonly additional?: readonly DnsRecord[];
  /** This server speaks for the name. */
  readonly authoritative: boolean;
}

export interface Question {
  /** Lower case, without the last dot. */
  readonly name: string;
  /** `A`, `SRV`, …; another name where this server has nothing of the type. */
  readonly type: string;
}
