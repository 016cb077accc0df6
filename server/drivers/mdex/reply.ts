/** What a Dgraph answers to an administrative request (MDEX Engine 2.1.1, administrator's guide). */

export type ExitReply =
  /** `withinSeconds` null: it leaves without a limit of this request's. */
  | { readonly is: "accepted"; readonly withinSeconds: number | null; readonly said: string }
  | { readonly is: "mistake"; readonly said: string };

export function exitReply(status: number, body: string): ExitReply {
  const said = oneLine(body);
  const match = /Dgraph shutting down(?: within (\d+) seconds?)? at /.exec(body);
  if (status !== 200 || match === null) return { is: "mistake", said: `${status} "${said}"` };
  return { is: "accepted", withinSeconds: match[1] === undefined ? null : Number(match[1]), said };
}

/** It answers this with top priority and to its end: it lives, which says nothing of what it takes. */
export function isPong(status: number, body: string): boolean {
  return status === 200 && /\bresponding at\b/.test(body);
}

export function oneLine(body: string): string {
  return body.trim().replaceAll(/\s+/g, " ").slice(0, 200);
}
