"use client";
/** A host's key, vouched for by whoever compared its fingerprint. What was compared stands above the button. */
import { useState } from "react";
import type { Finding } from "#lib/wire/configuration.ts";
import { t } from "#components/language/t.ts";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings.module.css";
import type { Test } from "./use-test.ts";

const css = classesOf(styles);

export function ConfirmKey({
  hostKey,
  test,
  onConfirmed,
}: {
  readonly hostKey: NonNullable<Finding["hostKey"]>;
  readonly test: Test;
  readonly onConfirmed: () => void;
}) {
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const { host } = hostKey;
  const confirm = async (): Promise<void> => {
    setPending(true);
    setRefused(null);
    const why = await test.confirm(hostKey);
    setPending(false);
    if (why !== null) return setRefused(why);
    toast(t("The key of {host} is known now.", { host }));
    onConfirmed();
  };
  return (
    <div className={css("key")}>
      <Button icon="check" pending={pending} onPress={() => void confirm()}>
        {t("This is the key of {host}", { host })}
      </Button>
      {refused === null ? null : (
        <p role="alert" className={css("wrong")}>
          {refused}
        </p>
      )}
    </div>
  );
}
