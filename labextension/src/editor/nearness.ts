/** Which elements are in sight, or so near that scrolling brings them there soon. */

const MARGIN = '800px';

const watched = new Map<Element, (isNear: boolean) => void>();
let observer: IntersectionObserver | null = null;

/** Call back whenever an element comes near or goes away; gives what ends it. */
export function watchNearness(element: Element, changed: (isNear: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        watched.get(target)?.(isIntersecting);
      }
    },
    { rootMargin: MARGIN }
  );
  watched.set(element, changed);
  observer.observe(element);
  return () => {
    watched.delete(element);
    observer?.unobserve(element);
  };
}
