/** The one place where it is decided who may do what; the table is lib/people/rights.ts, which screens read too. */
import type { Actor } from "#lib/run/actor.ts";
import { whyNotAllowed, type Holders, type Right } from "#lib/people/rights.ts";
import type { PersonRole } from "#lib/people/role.ts";

/** Who asks, and as what. The journal keeps the actor alone. */
export type Caller = Actor & { readonly role: PersonRole };

/** Who could do it instead, for the refusal. */
export interface People {
  holders(): Holders;
}

/** Why not, and who can; null when the caller may. Rights hold for every cluster of the console. */
export function whyMayNot(caller: Caller, right: Right, _clusterId: string | null, people: People): string | null {
  return whyNotAllowed(caller.role, right, people.holders());
}

export function actorOf(caller: Caller): Actor {
  return caller.kind === "person"
    ? { kind: "person", id: caller.id, via: caller.via }
    : { kind: "rule", rule: caller.rule };
}
