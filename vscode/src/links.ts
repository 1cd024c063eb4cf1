const RULE_LINK = /\]\(hipwright-rule:\/([A-Z]+\d+)\.md\)/g;

/** Markdown with the links to rules turned into links of our command. */
export function commandLinks(markdown: string): string {
  return markdown.replace(
    RULE_LINK,
    (_link, code: string) =>
      `](command:hipwright.openRule?${encodeURIComponent(JSON.stringify([code]))})`
  );
}
