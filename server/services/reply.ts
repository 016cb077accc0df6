import type { Refusal } from "#lib/run/request.ts";
import type { Reply } from "./services.ts";

type No = Extract<Reply<unknown>, { readonly ok: false }>;

export function yes<T>(value: T): Reply<T> {
  return { ok: true, value };
}

export function no(because: No["because"], reason: string): No {
  return { ok: false, because, refusal: { reason, already: null } };
}

export function refused(refusal: Refusal): No {
  return { ok: false, because: "refused", refusal };
}
