import type { Refusal } from "#lib/run/request.ts";
import type { SectionProblem } from "#lib/wire/configuration.ts";
import type { Reply } from "./services.ts";

type No = Exclude<Extract<Reply<unknown>, { readonly ok: false }>, { readonly because: "invalid" }>;
type Invalid = Extract<Reply<unknown>, { readonly because: "invalid" }>;

export function yes<T>(value: T): Reply<T> {
  return { ok: true, value };
}

export function no(because: No["because"], reason: string): No {
  return { ok: false, because, refusal: { reason, already: null } };
}

export function refused(refusal: Refusal): No {
  return { ok: false, because: "refused", refusal };
}

export function invalid(problems: readonly SectionProblem[]): Invalid {
  const words = problems.map(({ field, wrong, remedy }) =>
    `${field === "" ? "" : `${field}: `}${wrong} ${remedy}`.trim(),
  );
  return { ok: false, because: "invalid", refusal: { reason: words.join(" "), already: null }, problems };
}
