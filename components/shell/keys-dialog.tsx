"use client";
import { t } from "#components/language/t.ts";
import { setLetterKeys, useShortcutStore } from "#components/stores/shortcuts.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { shownKeys } from "./keyboard.ts";
import styles from "./keys-dialog.module.css";

/** The keys of this very screen; every one of them also has a visible control. */
export function KeysDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { shortcuts, lettersOn } = useShortcutStore();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("Keyboard")}
      description={t("Keys of this screen. They are off in fields.")}
    >
      <dl className={styles["keys"]}>
        {shortcuts.map((each) => (
          <div key={each.keys + each.label}>
            <dt>{shownKeys(each.keys)}</dt>
            <dd>{each.label}</dd>
          </div>
        ))}
      </dl>
      <label className={styles["switch"]}>
        <input type="checkbox" checked={lettersOn} onChange={(event) => setLetterKeys(event.target.checked)} />
        {t("Single-letter keys")}
      </label>
    </Dialog>
  );
}
