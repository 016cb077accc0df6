"use client";
/** Asked for when they are opened: what reads a plan out of a file weighs more than the screen that offers it. */
import dynamic from "next/dynamic";

export const CompareDialog = dynamic(async () => (await import("./compare-dialog.tsx")).CompareDialog, { ssr: false });
export const ImportDialog = dynamic(async () => (await import("./import-dialog.tsx")).ImportDialog, { ssr: false });
export const StartDialog = dynamic(async () => (await import("./start-dialog.tsx")).StartDialog, { ssr: false });
