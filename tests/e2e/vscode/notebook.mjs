// A person ports a notebook whose cells begin with %%cuda: squiggle, quick fix, undo, fix all.
import assert from 'node:assert/strict';
import { scenario, setup } from './workbench.mjs';

await scenario('notebook', async workbench => {
  const { page } = workbench;
  const cells = await workbench.openNotebook(setup.file);
  const cuda = cells.nth(1);
  await cuda.locator('.view-line').first().waitFor();
  await workbench.findings(setup.findings);
  await workbench.squiggles(cuda).first().waitFor();
  assert.equal(await workbench.squiggles(cells.first()).count(), 0);
  await workbench.screenshot('squiggles');

  await cuda.getByText('cudaFree', { exact: true }).first().click();
  const fixes = await workbench.quickFixes();
  const titles = await fixes.allInnerTexts();
  await workbench.screenshot('quick-fix');
  await fixes.first().click();
  await workbench.findings(setup.findings - 1);
  await page.keyboard.press('Control+z');
  await workbench.findings(setup.findings);

  await workbench.command('hipwright: Port This File');
  await workbench.findings(setup.remaining);
  await workbench.screenshot('fixed');
  await workbench.save(setup.file);
  return { titles };
});
