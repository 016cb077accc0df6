"use client";
/** Asked for when it is opened: nothing else of the form opens over the page. */
import dynamic from "next/dynamic";
import { untilHere } from "#components/ui/until-here.ts";

export const RemoveDialog = dynamic(async () => (await untilHere(() => import("./remove-dialog.tsx"))).RemoveDialog, {
  ssr: false,
});
