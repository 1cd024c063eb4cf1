// A cell is ported and compared with its port on another Jupyter server.

import { cell, same, save, screenshot, visit } from './page.mjs';

await visit('remote.ipynb', async page => {
  await page.getByText('Python 3 (ipykernel) | Idle').waitFor({ timeout: 60_000 });
  await cell(page, 0).locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  await cell(page, 0).getByText('[1]:').waitFor();
  await cell(page, 1).locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  const compared = cell(page, 1).locator('.hipwright-compare');
  await compared.waitFor({ timeout: 120_000 });
  same(await compared.getAttribute('data-verdict'), 'agree', 'the verdict of the other machine');
  await compared.scrollIntoViewIfNeeded();
  await screenshot(page, 'remote');
  await save(page);
});
