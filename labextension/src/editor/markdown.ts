import type { Hover } from 'vscode-languageserver-protocol';

/** The text of a hover as markdown, in whichever of the protocol's shapes it came. */
export function markdownOf(hover: Hover): string {
  const parts = Array.isArray(hover.contents) ? hover.contents : [hover.contents];
  return parts
    .map(part => {
      if (typeof part === 'string') {
        return part;
      }
      if ('kind' in part) {
        return part.kind === 'markdown' ? part.value : escaped(part.value);
      }
      return '```' + part.language + '\n' + part.value + '\n```';
    })
    .join('\n\n')
    .trim();
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|]/g, '\\$&');
}
