/**
 * What a person sees on a squiggle: what is wrong, where to read more, and buttons that fix it.
 */

import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol';

import { button, element, isWebAddress, prose } from '../dom';
import { followRuleLinks, ruleOf } from '../rule-link';
import { messageOf } from './diagnostics';

export interface TooltipOptions {
  /** Asks for the fixes of the finding. */
  fixes: () => Promise<CodeAction[]>;
  /** What the server knows about the place, rendered; asked for when the person wants to know. */
  explain: () => Promise<Node | null>;
  /** Opens the page of a rule. */
  openRule: (code: string) => void;
  /** Applies one of them. */
  apply: (action: CodeAction) => void;
}

/** The content of a squiggle's tooltip. The buttons come when the server has answered. */
export function findingTooltip(finding: Diagnostic, options: TooltipOptions): HTMLElement {
  const actions = element('div', { class: 'hipwright-tooltip-actions' });
  const tooltip = element(
    'div',
    { class: 'hipwright-tooltip' },
    element('div', { class: 'hipwright-tooltip-message' }, prose(messageOf(finding))),
    actions,
    why(options),
    codeLine(finding)
  );
  followRuleLinks(tooltip, options.openRule);
  options.fixes().then(
    fixes => {
      actions.replaceChildren(
        ...fixes.map(action =>
          button(
            action.title,
            {
              class: action.isPreferred
                ? 'hipwright-button hipwright-preferred'
                : 'hipwright-button',
              title: action.isPreferred ? 'Safe: keeps the meaning on 32 and 64 lanes' : undefined
            },
            () => options.apply(action)
          )
        )
      );
    },
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      actions.replaceChildren(element('span', { class: 'hipwright-tooltip-note' }, reason));
    }
  );
  return tooltip;
}

function why(options: TooltipOptions): HTMLElement {
  const content = element('div');
  const details = element(
    'details',
    { class: 'hipwright-tooltip-why' },
    element('summary', {}, 'Why'),
    content
  );
  details.addEventListener(
    'toggle',
    () => {
      options.explain().then(
        explanation => content.replaceChildren(explanation ?? 'There is no more to say.'),
        () => content.replaceChildren('The language server does not answer.')
      );
    },
    { once: true }
  );
  return details;
}

function codeLine(finding: Diagnostic): HTMLElement | null {
  if (finding.code === undefined) {
    return null;
  }
  const code = String(finding.code);
  const href = finding.codeDescription?.href;
  return element('div', { class: 'hipwright-tooltip-code' }, 'hipwright ', link(href, code));
}

function link(href: string | undefined, text: string): HTMLElement | string {
  if (ruleOf(href) !== null) {
    return element('a', { href, title: 'Open the page of this rule' }, text);
  }
  return href !== undefined && isWebAddress(href)
    ? element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text)
    : text;
}
