/** What a server counts of its own calls, whoever told it: channelz or its metrics. */
export type Counts =
  | {
      readonly is: "told";
      /** Running now, without our own. */
      readonly inFlight: number;
      /** Since the server's start. */
      readonly started: number;
      readonly failed: number;
      /** Health checks, ours among them, are part of the totals. */
      readonly hasChecks: boolean;
      readonly startedAtMs: number | null;
      readonly by: string;
    }
  /** Its process answers, and the server has ended in it: all its calls are over. */
  | { readonly is: "over"; readonly by: string }
  /** Nobody listens there. */
  | { readonly is: "refused" }
  | { readonly is: "silent"; readonly why: string };
