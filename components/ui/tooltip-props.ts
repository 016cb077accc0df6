import type { ReactElement, ReactNode } from "react";

export type TooltipProps = {
  readonly says: ReactNode;
  /** Something that is not focused itself: it is made anew when the first hand comes near. */
  readonly children: ReactElement<{ readonly onPointerEnter?: () => void }>;
};
