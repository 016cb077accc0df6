"use client";
/**
 * A part that the server renders and whose script comes after the first paint: what was rendered stands until it has
 * come, and moves nothing.
 *
 * Until then the part is given what it was rendered with. One that is changed before its script came is taken away and
 * drawn anew, and what stands below it would jump twice.
 */
import { untilHere } from "./until-here.ts";
import { lazy, memo, Suspense, useState, type ComponentType } from "react";

const IS_SERVER = typeof window === "undefined";

export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let come: ComponentType<Props> | null = null;
  const fetched = async (): Promise<{ readonly default: ComponentType<Props> }> => {
    come = await untilHere(load);
    return { default: come };
  };
  // Asked for as soon as the screen is read: a press on what was rendered waits for no more than its own script.
  // On the server nothing is late: by the first request it is here, and is rendered in its place.
  const asked = fetched();
  asked.catch(() => undefined);
  const Part = lazy(() => asked.catch(fetched));
  const Place = memo(function Place({ given }: { readonly given: Props }) {
    const Here = IS_SERVER ? come : null;
    return <Suspense fallback={null}>{Here === null ? <Part {...given} /> : <Here {...given} />}</Suspense>;
  });
  return function Late(props: Props) {
    const [rendered] = useState(props);
    return <Place given={come === null ? rendered : props} />;
  };
}
