/** Small helpers to build elements without markup in strings, so that nothing is ever injected. */

type Child = Node | string | null | undefined | false;

/** Make an element with attributes and children; `class`, `title`, `aria-…` are attributes. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) {
      made.setAttribute(key, '');
    } else if (typeof value === 'string') {
      made.setAttribute(key, value);
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      made.append(child);
    }
  }
  return made;
}

/** Text in which `backticks` mark code. */
export function prose(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  text.split(/`([^`\n]+)`/).forEach((part, index) => {
    if (part !== '') {
      fragment.append(index % 2 === 1 ? element('code', {}, part) : part);
    }
  });
  return fragment;
}

/** A button that leaves the focus and the selection of the editor where they are. */
export function button(
  label: string,
  attributes: Record<string, string | undefined>,
  press: () => void
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('mousedown', event => event.preventDefault());
  made.addEventListener('click', event => {
    event.preventDefault();
    event.stopPropagation();
    press();
  });
  return made;
}

/** Whether an address may be opened: a web page, and nothing that runs. */
export function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address);
}
