/**
 * The one question before a destructive act. It names the node, the cost and the way back; its buttons repeat the act,
 * and focus starts on the safe one.
 */
import { create } from "zustand";

export type ConfirmAction = {
  /** "Force be-02 now?" */
  readonly title: string;
  /** "This cuts 3: two queries and one load. kill -9 to pid 4128. It cannot be undone." */
  readonly body: string;
  /** "Keep draining" */
  readonly safe: string;
  /** "Force be-02, cut 3" */
  readonly act: string;
  readonly destructive: boolean;
  /** Asks for a reason, which goes into the journal; null: none is needed. */
  readonly reason: { readonly label: string; readonly minLength: number } | null;
  /** A name that is typed first, since what follows cannot be taken back; null: none is. */
  readonly typed: string | null;
  /** Where to read what is sent: lines of these phases of that node. Null: there is nothing to show. */
  readonly sends: { readonly runId: string; readonly nodeId: string; readonly phases: readonly string[] } | null;
  /** Resolves with why it was not done, to be shown in the dialog; null closes it. */
  readonly onConfirm: (reason: string) => Promise<string | null>;
};

export const useConfirmAction = create<{ readonly action: ConfirmAction | null }>(() => ({ action: null }));

export function confirmAction(action: ConfirmAction): void {
  useConfirmAction.setState({ action });
}

export function closeConfirmAction(): void {
  useConfirmAction.setState({ action: null });
}
