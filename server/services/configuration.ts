/** What the services need of the configuration: what it says, and a change of it that is checked before it is written. */
import type {
  ConfirmHostKey,
  ConnectionReport,
  FileProblem,
  Section,
  SectionProblem,
  TestConnection,
} from "#lib/wire/configuration.ts";
import type { ClusterParts } from "./cluster-parts.ts";

/** A cluster as the file wants it. `fingerprint` is another one as soon as anything of it is. */
export type WantedCluster = {
  readonly id: string;
  readonly fingerprint: string;
  /** Opens what is needed to watch it. Nothing is sent yet. */
  readonly open: () => ClusterParts;
};

export type Standing = {
  readonly file: string;
  readonly readOnly: string | null;
  readonly problems: readonly FileProblem[];
  readonly restart: string | null;
  readonly yaml: string;
  readonly sections: readonly {
    readonly id: string;
    readonly name: string;
    readonly section: Section;
    readonly yaml: string;
    readonly revision: string;
  }[];
};

export type Wish =
  | { readonly do: "add"; readonly section: Section; readonly password: string | null }
  | {
      readonly do: "change";
      readonly id: string;
      readonly section: Section;
      readonly password: string | null;
      readonly revision: string;
    }
  | { readonly do: "remove"; readonly id: string; readonly revision: string };

/** Checked, and not written yet. */
export type Prepared =
  | {
      readonly ok: true;
      readonly id: string;
      /** Which settings become others, never what they hold. */
      readonly fields: readonly string[];
      /** Writes the file; a sentence says why it could not be. */
      readonly commit: () => string | null;
      readonly discard: () => void;
      /** The password that nothing refers to any more. */
      readonly forgetOld: () => void;
    }
  | { readonly ok: false; readonly because: "notFound" | "refused"; readonly why: string }
  | { readonly ok: false; readonly because: "invalid"; readonly problems: readonly SectionProblem[] };

/** The host showed the very key, and nothing is written yet. */
export type PreparedKey =
  | {
      readonly ok: true;
      readonly clusterId: string;
      /** `ED25519 SHA256:…`, and the name under which it will be known. */
      readonly shown: string;
      readonly name: string;
      readonly destination: string;
      readonly commit: (who: string) => string | null;
    }
  | { readonly ok: false; readonly because: "refused"; readonly why: string }
  | { readonly ok: false; readonly because: "invalid"; readonly problems: readonly SectionProblem[] };

export interface Configuration {
  standing(): Standing;
  wanted(): readonly WantedCluster[];
  /** Looks at the file as it is now before it answers. */
  prepare(wish: Wish): Prepared;
  test(
    wish: TestConnection,
    signal: AbortSignal,
  ): Promise<
    | { readonly ok: true; readonly report: ConnectionReport }
    | { readonly ok: false; readonly problems: readonly SectionProblem[] }
  >;
  /** Fetches the key of one host of the section, and refuses any but the one that a person saw. */
  prepareHostKey(wish: ConfirmHostKey): Promise<PreparedKey>;
  /** Told after the file said something else; `who` is null when this console wrote it itself. */
  onChange(listener: (changed: FileChange) => void): () => void;
}

export type FileChange = {
  readonly byHand: boolean;
  readonly clusters: readonly {
    readonly id: string;
    readonly how: "added" | "changed" | "removed";
    readonly fields: readonly string[];
  }[];
};
