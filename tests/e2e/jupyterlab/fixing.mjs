// A person's path to a port: a squiggle, its fix, undo, fix all, the next cell.

import {
  cell,
  check,
  options,
  same,
  screenshot,
  squiggles,
  textOf,
  until,
  visit
} from './page.mjs';

await visit('fixing.ipynb', async page => {
  const first = cell(page, 1);
  const bar = first.locator('.hipwright-bar');

  // Squiggles come by themselves, in CUDA cells only.
  await squiggles(first).first().waitFor({ timeout: 20_000 });
  const original = await textOf(first);
  const findings = options.findings;
  await until(() => bar.locator('.hipwright-bar-count').innerText(), `${findings} findings`, 'bar');
  same(await squiggles(cell(page, 2)).count(), 0, 'squiggles in a Python cell');
  same(await cell(page, 2).locator('.hipwright-bar').count(), 0, 'bars below a Python cell');

  // The tooltip says what is wrong and fixes it with one press.
  const shuffle = squiggles(first).filter({ hasText: '__shfl_down_sync' }).first();
  await shuffle.hover();
  const tooltip = page.locator('.hipwright-tooltip');
  await tooltip.locator('button.hipwright-preferred').waitFor();
  await tooltip.locator('summary').click();
  await tooltip.locator('.jp-RenderedMarkdown').waitFor();
  await screenshot(page, 'tooltip');
  await tooltip.locator('.hipwright-tooltip-code a').click();
  const rule = page.locator('.hipwright-rule');
  await rule.waitFor();
  check((await rule.innerText()).includes('WARP001'), 'the page of the rule');
  await screenshot(page, 'rule');
  await page.locator('.lm-TabBar-tab', { hasText: 'WARP001' }).click();
  await page.keyboard.press('Alt+w');
  await until(() => rule.count(), 0, 'pages of rules after closing the tab');
  await shuffle.hover();
  await tooltip.locator('button.hipwright-preferred').waitFor();
  await tooltip.locator('button.hipwright-preferred').click();
  await until(async () => (await textOf(first)).includes('__shfl_down_sync'), false, 'the name');
  const fixed = await textOf(first);
  check(fixed.includes('__shfl_down(value, offset, 32)'), `the safe fix in\n${fixed}`);

  // One Ctrl+Z takes it back, squiggle and all; one Ctrl+Shift+Z does it again.
  await first.locator('.cm-content').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Control+z');
  same(await textOf(first), original, 'the text after undo');
  await until(() => bar.locator('.hipwright-bar-count').innerText(), `${findings} findings`, 'bar');
  await page.keyboard.press('Control+Shift+z');
  same(await textOf(first), fixed, 'the text after redo');
  await page.keyboard.press('Control+z');

  // What was typed just before a fix stays when the fix is undone.
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// typed');
  await bar.getByRole('button', { name: /^Fix all/ }).click();
  await until(async () => /\bcuda[A-Z]/.test(await textOf(first)), false, 'a CUDA name');
  check(original.startsWith('%%cuda\n'), 'a cell of CUDA before');
  check((await textOf(first)).startsWith('%%hip\n'), 'a cell of HIP after');
  await screenshot(page, 'fixed');
  await until(() => bar.locator('.hipwright-bar-count').innerText(), 'No findings', 'bar');
  await first.locator('.cm-content').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Control+z');
  same(await textOf(first), `${original}// typed`, 'the text after undoing fix all');
  await page.keyboard.press('Control+z');
  same(await textOf(first), original, 'the text after undoing what was typed');
  // The findings of the text that came back are on their way.
  await until(async () => (await squiggles(first).count()) > 0, true, 'squiggles after undoing');

  // The keyboard alone: next finding, menu of fixes.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F8');
  const selected = () => page.evaluate(() => document.getSelection().toString());
  await until(selected, 'cuda_runtime.h', 'the selection');
  await page.keyboard.press('Control+.');
  await page.locator('.lm-Menu .lm-Menu-item').first().waitFor();
  await screenshot(page, 'menu');
  await page.keyboard.press('Enter');
  await until(
    async () => (await textOf(first)).includes('<hip/hip_runtime.h>'),
    true,
    'the header to be replaced'
  );

  // From the last finding of a cell it goes on in the next CUDA cell.
  await page.keyboard.press('Control+End');
  await page.keyboard.press('F8');
  await until(selected, 'cudaDeviceSynchronize', 'the selection in the next cell');

  // A cell keeps its findings when it moves, and the language server comes back when it dies.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+ArrowUp');
  const moved = cell(page, 2);
  await until(() => squiggles(moved).count(), 1, 'squiggles of the moved cell');
  await moved.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('void g() { cudaFree(0); }');
  await until(() => squiggles(moved).count(), 2, 'squiggles after typing in the moved cell');

  // Everything in the notebook at once.
  await page.locator('.jp-Toolbar [data-command="hipwright:fix-all"]').click();
  await until(() => squiggles(page).count(), 0, 'squiggles after fixing the notebook');
  check(!/\bcuda[A-Z]/.test(await textOf(moved)), 'no CUDA name in the other cell');
  check((await textOf(moved)).startsWith('%%hip\n'), 'the other cell to be one of HIP');
});
