"use client";
import { cloneElement, useState, type ComponentType } from "react";
import type { TooltipProps } from "./tooltip-props.ts";

/** Evidence for whoever asks, shown on hover. Its parts are fetched then: the first paint does without them. */
export function Tooltip(props: TooltipProps) {
  const [Popup, setPopup] = useState<ComponentType<TooltipProps> | null>(null);
  if (Popup !== null) return <Popup {...props} />;
  const open = (): void =>
    void import("./tooltip-popup.tsx").then(
      (made) => setPopup(() => made.TooltipPopup),
      () => undefined,
    );
  return cloneElement(props.children, { onPointerEnter: open });
}
