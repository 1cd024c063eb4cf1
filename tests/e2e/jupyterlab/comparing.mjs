// A cell is compared with its port, and the verdict stays with the notebook.

import { cell, check, same, save, screenshot, textOf, until, visit } from './page.mjs';

await visit('comparing.ipynb', async page => {
  const good = cell(page, 0);
  await good.getByRole('button', { name: 'Compare' }).waitFor();
  const before = await textOf(good);
  await good.getByRole('button', { name: 'Compare' }).click();
  const agreed = good.locator('.hipwright-compare');
  await agreed.waitFor({ timeout: 60_000 });
  same(await agreed.getAttribute('data-verdict'), 'agree', 'the verdict of a good port');
  same(await textOf(good), before, 'the text of the compared cell');
  await until(
    async () => (await agreed.locator('.cm-mergeView .cm-changedText').count()) > 0,
    true,
    'the two sources side by side, with their differences'
  );
  await agreed.scrollIntoViewIfNeeded();
  await screenshot(page, 'agree');

  // Only renamed, still 32 lanes: the names are HIP's, the result is wrong.
  const bad = cell(page, 1);
  await bad.getByRole('button', { name: 'Compare' }).click();
  const differs = bad.locator('.hipwright-compare');
  await differs.waitFor({ timeout: 60_000 });
  same(await differs.getAttribute('data-verdict'), 'differ', 'the verdict of a renamed program');
  await differs.scrollIntoViewIfNeeded();
  await screenshot(page, 'differ');

  // Tabs by keyboard; the place of an array leads to its line in the source.
  const tabs = differs.getByRole('tab');
  await differs.getByRole('tab', { name: /Arrays/ }).click();
  await differs.locator('.hipwright-strip').first().waitFor();
  await screenshot(page, 'arrays');
  await page.keyboard.press('Home');
  await until(
    () => tabs.first().getAttribute('aria-selected'),
    'true',
    'whether the first tab is selected'
  );
  await differs.getByRole('tab', { name: /Arrays/ }).click();
  const place = differs.locator('button.hipwright-place:visible').first();
  const line = Number((await place.innerText()).split(':').pop());
  await place.click();
  await until(
    () => differs.locator('.hipwright-asked-line').count(),
    1,
    'the line that was asked for to be marked'
  );
  check(line > 1, 'a line number');
  await screenshot(page, 'source');

  // Saved with the notebook, and shown again without running anything.
  await save(page);
  await page.reload();
  await page.waitForSelector('.hipwright-compare', { timeout: 60_000 });
  // The cells of a notebook are rendered one after the other.
  await until(
    () => page.locator('.hipwright-compare').count(),
    2,
    'comparisons after opening it again'
  );
});
