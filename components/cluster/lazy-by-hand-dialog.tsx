"use client";
/** Asked for when it is opened: the first paint of a cluster does without it. */
import dynamic from "next/dynamic";
import { untilHere } from "#components/ui/until-here.ts";

export const ByHandDialog = dynamic(async () => (await untilHere(() => import("./by-hand-dialog.tsx"))).ByHandDialog, {
  ssr: false,
});
