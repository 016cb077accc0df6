"use client";
import styles from "./live-region.module.css";

/** What changed, for whoever does not see the page. One of each a page: `polite` waits, `assertive` does not. */
export function LiveRegion({ polite, assertive }: { readonly polite: string; readonly assertive: string }) {
  return (
    <div className={styles["hidden"]}>
      <div aria-live="polite" aria-atomic="true" data-testid="polite-region">
        {polite}
      </div>
      <div aria-live="assertive" aria-atomic="true" data-testid="assertive-region">
        {assertive}
      </div>
    </div>
  );
}
