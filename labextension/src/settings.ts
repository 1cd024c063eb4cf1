/** The settings of the findings plugin that are about this page and not about the port. */
export const PAGE_SETTINGS = ['disable', 'showBar', 'highlight'];

/** What the language server is to know of the settings. */
export function serverSettings(
  composite: Readonly<Record<string, unknown>>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(composite).filter(([name]) => !PAGE_SETTINGS.includes(name))
  );
}
