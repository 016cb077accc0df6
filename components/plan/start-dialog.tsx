import { useState } from "react";
import type { Plan } from "#lib/run/plan.ts";
import { plural } from "#components/format.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";

/** The cluster's name is typed: the one thing that tells production from the other tab. */
export function StartDialog({
  open,
  onClose,
  clusterName,
  plan,
  onStart,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly clusterName: string;
  readonly plan: Plan | null;
  /** Resolves with why it did not start. */
  readonly onStart: (confirm: string) => Promise<string | null>;
}) {
  const [typed, setTyped] = useState("");
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const locked = typed === clusterName ? null : `Type ${clusterName} to start.`;
  const start = async (): Promise<void> => {
    setPending(true);
    setRefusal(await onStart(typed));
    setPending(false);
  };
  const what = plan?.targetVersion === null ? "Restart" : `Upgrade to ${plan?.targetVersion ?? ""}`;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`${what} ${clusterName}?`}
      description={
        plan === null
          ? null
          : `${plural(plan.steps.length, "node", "nodes")}, one at a time. ${APPROVAL[plan.policy.approval]}`
      }
      actions={
        <>
          <Button onPress={onClose}>Keep planning</Button>
          <Button kind="primary" locked={locked} pending={pending} type="submit" onPress={() => void start()}>
            {`Start on ${clusterName}`}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (locked === null && !pending) void start();
        }}
      >
        <TextField
          label={`Type the cluster's name, ${clusterName}`}
          mono
          value={typed}
          onChange={setTyped}
          wrong={refusal}
        />
      </form>
    </Dialog>
  );
}

const APPROVAL: Readonly<Record<Plan["policy"]["approval"], string>> = {
  every: "Each waits for an approval before it is touched.",
  firstOfRole: "The first of each role waits for an approval.",
  none: "None waits for an approval: the first is touched at once.",
};
