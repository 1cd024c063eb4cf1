/** How links to the pages of rules look in this page; the language server writes them so. */

export const RULE_LINK_TEMPLATE = '#hipwright-rule-{code}';

const RULE_LINK = /^#hipwright-rule-([A-Z]+[0-9]+)$/;

/** The rule that an address leads to, or null. */
export function ruleOf(address: string | null | undefined): string | null {
  return RULE_LINK.exec(address ?? '')?.[1] ?? null;
}

/** Open rules, and nothing else, when their links below a node are pressed. */
export function followRuleLinks(node: HTMLElement, open: (code: string) => void): void {
  node.addEventListener('click', event => {
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    const code = ruleOf(anchor?.getAttribute('href'));
    if (code !== null) {
      event.preventDefault();
      event.stopPropagation();
      open(code);
    }
  });
}
