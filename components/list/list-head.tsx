"use client";
import type { ReactNode } from "react";
import { CopyList } from "./copy-list.tsx";
import type { Listing } from "./listing.ts";
import styles from "./list-head.module.css";

/** A heading, and at its right what may be done with the list under it. */
export function ListHead({
  of,
  listing,
  children,
}: {
  readonly of: string;
  readonly listing: () => Listing;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles["head"]}>
      {children}
      <CopyList of={of} listing={listing} />
    </div>
  );
}
