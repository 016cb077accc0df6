"use client";
import { t } from "#components/language/t.ts";
import { Button } from "./button.tsx";
import { classesOf } from "./css.ts";
import styles from "./toast-list.module.css";

const css = classesOf(styles);

export type ToastItem = {
  readonly id: number;
  readonly text: string;
  readonly tone: "note" | "danger";
  readonly undo: { readonly label: string; readonly act: () => void } | null;
};

/** Said once to screen readers, and gone by itself; what can be taken back has a button while it can. */
export function ToastList({
  toasts,
  onDismiss,
}: {
  readonly toasts: readonly ToastItem[];
  readonly onDismiss: (id: number) => void;
}) {
  return (
    <div className={css("list")} role="status" aria-label={t("Messages")}>
      {toasts.map((toast) => (
        <div key={toast.id} className={css("toast", toast.tone)}>
          <span>{toast.text}</span>
          {toast.undo === null ? null : (
            <Button
              onPress={() => {
                toast.undo?.act();
                onDismiss(toast.id);
              }}
            >
              {toast.undo.label}
            </Button>
          )}
          <Button kind="quiet" label={t("Close this message")} icon="close" onPress={() => onDismiss(toast.id)}>
            {null}
          </Button>
        </div>
      ))}
    </div>
  );
}
