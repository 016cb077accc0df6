/** The people of the console as they are shown and changed. A password crosses one way: inwards, in a body. */
import "./no-eval.ts";
import { z } from "zod";
import { PERSON_NAME } from "../people/name.ts";
import { ROLES, type PersonRole } from "../people/role.ts";

export type OpenSession = {
  readonly via: "browser" | "cli";
  /** Null: opened before that was written down. */
  readonly openedAtMs: number | null;
  readonly seenAtMs: number | null;
  readonly endsAtMs: number;
  /** The one that this was asked from. */
  readonly own: boolean;
};

export type PersonView = {
  readonly name: string;
  readonly role: PersonRole;
  /** Null: let in by a one-time link, without an account. */
  readonly account: {
    readonly createdAtMs: number;
    readonly locked: boolean;
    /** False until a first one is set: a link lets in until then. */
    readonly hasPassword: boolean;
  } | null;
  /** To the minute. Null: never, as far as that was written down. */
  readonly seenAtMs: number | null;
  readonly sessions: readonly OpenSession[];
  /** Why they may be neither locked, removed nor made less; null when they may. */
  readonly kept: string | null;
};

export type PeopleView = { readonly people: readonly PersonView[] };

const name = z.string().regex(PERSON_NAME, "One word of letters, digits and . _ @ + -");
const role = z.enum(ROLES);
const password = z.string().max(1000);

export const peopleRequest = z.discriminatedUnion("do", [
  /** Without a password there is a one-time link. */
  z.strictObject({ do: z.literal("add"), name, role, password: password.nullable() }),
  z.strictObject({ do: z.literal("role"), name, role }),
  z.strictObject({ do: z.literal("link"), name }),
  z.strictObject({ do: z.literal("password"), name, password }),
  z.strictObject({ do: z.literal("lock"), name }),
  z.strictObject({ do: z.literal("unlock"), name }),
  z.strictObject({ do: z.literal("endSessions"), name }),
  z.strictObject({ do: z.literal("remove"), name }),
  /** One's own, by whoever knows the one of now; null where there is none yet. */
  z.strictObject({ do: z.literal("ownPassword"), now: password.nullable(), password }),
]);
export type PeopleRequest = z.infer<typeof peopleRequest>;

/** The link is shown once, to whoever asked for it. */
export type PeopleAnswer = { readonly link: { readonly url: string; readonly validMs: number } | null };
