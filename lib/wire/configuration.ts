/** The clusters of the configuration as they are shown and changed: plain sections of the file, secrets as references. */
import "./no-eval.ts";
import { z } from "zod";
import type { Role } from "../cluster/node.ts";
import type { Check } from "../run/check.ts";

/** A cluster's section as it stands in the file. What the form does not know stays as it is. */
export type Section = Readonly<Record<string, unknown>>;

/** One mistake: `field` is `account.password`, counted from the cluster; "" for the whole. */
export type SectionProblem = { readonly field: string; readonly wrong: string; readonly remedy: string };

/** One mistake of the file as a whole, with its line. */
export type FileProblem = SectionProblem & { readonly line: number };

export type ClusterSection = {
  readonly id: string;
  readonly name: string;
  readonly section: Section;
  readonly yaml: string;
  /** What it says, in short: whoever changes it names what they saw. */
  readonly revision: string;
  /** Why what the file says is not in force yet; null when it is. */
  readonly waiting: string | null;
  /** Why it may be neither changed nor removed now: a run, or something borrowed. Null when it may. */
  readonly held: string | null;
};

export type ConfigurationView = {
  readonly file: string;
  /** Why this console cannot write it, with the remedy; null when it can. */
  readonly readOnly: string | null;
  /** What is wrong with the file as it lies there now. What it said before is in force until that is mended. */
  readonly problems: readonly FileProblem[];
  /** What was changed there that counts from the next start on. */
  readonly restart: string | null;
  /** The file as it is in force. */
  readonly yaml: string;
  readonly clusters: readonly ClusterSection[];
  /** Not in the file, and still watched, with the reason. */
  readonly leaving: readonly { readonly id: string; readonly why: string }[];
  /** Clusters of before, whose runs are in the journal. */
  readonly removed: readonly { readonly id: string; readonly runCount: number }[];
};

const section = z.record(z.string(), z.unknown());
/** Typed once. It goes into a file of the console's own, and never comes back. */
const password = z.string().min(1, "Type the password, or name where it is.").max(1000).nullable();
const revision = z.string().min(1).max(100);

export const addClusterRequest = z.strictObject({ section, password });
export const changeClusterRequest = z.strictObject({ section, password, revision });
/** `confirm` is the cluster's name, typed by the person who removes it. */
export const removeClusterRequest = z.strictObject({ confirm: z.string().max(200), revision });
export const testConnectionRequest = z.strictObject({ section, password });

export type AddCluster = z.infer<typeof addClusterRequest>;
export type ChangeCluster = z.infer<typeof changeClusterRequest>;
export type RemoveCluster = z.infer<typeof removeClusterRequest>;
export type TestConnection = z.infer<typeof testConnectionRequest>;

/** The name of a host as `hosts` has it, and the fingerprint that a person compared: `SHA256:…`. */
export const confirmHostKeyRequest = z.strictObject({
  section,
  host: z.string().min(1).max(100),
  fingerprint: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "Not a fingerprint. Copy it as ssh-keygen -lf prints it: SHA256:…"),
});
export type ConfirmHostKey = z.infer<typeof confirmHostKeyRequest>;

/** A key that a host showed, and that nobody vouched for. */
export type ShownKey = {
  /** `new`: none is known under that name. `changed`: another one is, and no click of a button makes that right. */
  readonly state: "new" | "changed";
  /** As known_hosts names the host: `be-01.example.net`, `[10.0.0.4]:2222`. */
  readonly name: string;
  /** `ED25519`, as ssh-keygen says it. */
  readonly type: string;
  readonly fingerprint: string;
};

/** One answer of a test: which field of the form it speaks of, where there is one. */
export type Finding = {
  readonly about: "frontends" | "account" | "hosts" | "install" | "nodes" | "routers";
  readonly field: string | null;
  readonly title: string;
  readonly verdict: Check["verdict"];
  readonly evidence: string;
  readonly remedy: string;
  /** Where it is about the key of a host: which one, by its name in `hosts`. */
  readonly hostKey?: ShownKey & { readonly host: string };
};

export type FoundNode = {
  /** By which the configuration names it. */
  readonly address: string;
  readonly role: Role;
  readonly leader: boolean;
  readonly version: string | null;
  readonly alive: boolean;
};

/** What a test of the connection found. Nothing was changed, and nothing was kept. */
export type ConnectionReport = {
  readonly tookMs: number;
  /** It was ended after its time: what is not told was not asked to the end. */
  readonly unfinished: boolean;
  /** Null: nobody could read the cluster. */
  readonly cluster: {
    readonly by: string;
    readonly leader: string | null;
    readonly versions: readonly string[];
    readonly sharedData: boolean | null;
    readonly nodes: readonly FoundNode[];
  } | null;
  readonly findings: readonly Finding[];
};
