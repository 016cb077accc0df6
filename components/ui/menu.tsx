"use client";
/** A menu. The first paint needs its button alone; the rest is fetched right after it and takes the button's place. */
import { cloneElement, createElement, useEffect, useState, useSyncExternalStore } from "react";
import { latePart } from "./late-part.ts";
import type { MenuProps } from "./menu-props.ts";

const popup = latePart(() => import("./menu-popup.tsx"));

export function Menu(props: MenuProps) {
  const part = useSyncExternalStore(popup.onLoaded, popup.loaded, () => null);
  const [asked, setAsked] = useState(false);
  const [focused, setFocused] = useState(false);
  useEffect(() => popup.fetch(), []);
  if (part !== null) return createElement(part.MenuPopup, { ...props, asked, focused });
  return cloneElement(props.trigger, {
    "aria-label": props.label,
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onFocus: () => setFocused(true),
    onBlur: () => setFocused(false),
    onClick() {
      setAsked(true);
      popup.fetch();
    },
  });
}
