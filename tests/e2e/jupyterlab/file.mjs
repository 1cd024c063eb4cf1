// A CUDA file in the file editor.

import { check, save, screenshot, squiggles, textOf, until, visit } from './page.mjs';

await visit('vector_add.cu', async page => {
  const editor = page.locator('.jp-FileEditor');
  await squiggles(editor).first().waitFor({ timeout: 20_000 });
  await screenshot(page, 'file');
  await editor.getByRole('button', { name: /^Fix all/ }).click();
  await until(() => squiggles(editor).count(), 0, 'squiggles after fix all');
  check((await textOf(editor)).includes('hipMalloc'), 'HIP names');
  await save(page);
});
