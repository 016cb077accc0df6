"use client";
/** A menu whose parts are fetched when a hand or the focus comes near its button: the first paint needs the button alone. */
import { cloneElement, useState, type ComponentType } from "react";
import type { MenuProps } from "./menu-props.ts";

const fetched = async () => (await import("./menu-popup.tsx")).MenuPopup;

export function Menu(props: MenuProps) {
  const [Popup, setPopup] = useState<ComponentType<MenuProps> | null>(null);
  // Without the console nothing can be fetched, and the next press tries again.
  const ahead = (): void => void fetched().catch(() => undefined);
  const open = (): void =>
    void fetched().then(
      (made) => setPopup(() => made),
      () => undefined,
    );
  const button = cloneElement(props.trigger, {
    "aria-label": props.label,
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onClick: open,
    onFocus: ahead,
    onPointerEnter: ahead,
  });
  return Popup === null ? button : <Popup {...props} />;
}
