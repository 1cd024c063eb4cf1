// A CUDA file in the file editor.

import { check, same, save, screenshot, squiggles, textOf, until, visit } from './page.mjs';

await visit('vector_add.cu', async page => {
  const editor = page.locator('.jp-FileEditor');
  await squiggles(editor).first().waitFor({ timeout: 20_000 });
  same(await editor.locator('.cm-content').getAttribute('data-language'), 'cpp', 'the language');
  await screenshot(page, 'file');

  // The comparison opens beside the file.
  await editor.getByRole('button', { name: 'Compare' }).click();
  const comparison = page.locator('.hipwright-compare');
  await comparison.waitFor({ timeout: 60_000 });
  same(await comparison.getAttribute('data-verdict'), 'agree', 'the verdict');
  await screenshot(page, 'file-compare');
  await page.locator('.lm-TabBar-tab', { hasText: 'Compare vector_add.cu' }).click();
  await page.keyboard.press('Alt+w');
  await until(() => comparison.count(), 0, 'comparisons after closing the tab');

  await editor.getByRole('button', { name: /^Fix all/ }).click();
  await until(() => squiggles(editor).count(), 0, 'squiggles after fix all');
  check((await textOf(editor)).includes('hipMalloc'), 'HIP names');
  await save(page);
});
