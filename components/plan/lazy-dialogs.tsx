"use client";
/** Asked for when they are opened: what reads a plan out of a file weighs more than the screen that offers it. */
import dynamic from "next/dynamic";
import { untilHere } from "#components/ui/until-here.ts";

export const CompareDialog = dynamic(
  async () => (await untilHere(() => import("./compare-dialog.tsx"))).CompareDialog,
  { ssr: false },
);
export const ImportDialog = dynamic(async () => (await untilHere(() => import("./import-dialog.tsx"))).ImportDialog, {
  ssr: false,
});
export const StartDialog = dynamic(async () => (await untilHere(() => import("./start-dialog.tsx"))).StartDialog, {
  ssr: false,
});
